//! POST /users registers a user.
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct NewUser {
    pub name: String,
    pub email: String,
}

#[derive(Serialize, Schema)]
pub struct UserId {
    pub id: i64,
}

#[plugin]
pub struct CreateUser {
    db: Db,
}

#[plugin]
impl CreateUser {
    #[post("/users", status = 201)]
    async fn execute(&self, body: NewUser) -> Result<UserId> {
        let id = self
            .db
            .query_scalar("INSERT INTO users (name, email) VALUES ($1, $2) RETURNING id", (&body.name, &body.email))
            .await
            .on_unique(|| Error::conflict("email already registered"))?;
        Ok(UserId { id })
    }
}
