//! GET /users/{id} shows a user.
use crate::prelude::*;

#[derive(Serialize, Schema)]
pub struct User {
    pub id: i64,
    pub name: &'static str,
}

#[plugin]
pub struct GetUser {}

#[plugin]
impl GetUser {
    #[get("/users/{id}")]
    async fn one(&self, id: i64) -> User {
        User { id, name: "Ana" }
    }
}
