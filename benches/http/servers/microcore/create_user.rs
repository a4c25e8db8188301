//! POST /users takes a user and gives it back.
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct NewUser {
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    #[validate(email)]
    pub email: String,
}

#[derive(Serialize, Schema)]
pub struct User {
    pub id: i64,
    pub name: String,
    pub email: String,
}

#[plugin]
pub struct CreateUser {}

#[plugin]
impl CreateUser {
    #[post("/users", status = 201)]
    async fn execute(&self, body: NewUser) -> Result<User> {
        Ok(User { id: 1, name: body.name, email: body.email })
    }
}
