//! GET /users/{id} shows a user.
use crate::prelude::*;

#[derive(Serialize, Schema, Row)]
pub struct User {
    pub id: i64,
    pub name: String,
}

pub struct GetUser {
    db: Db,
}

/// Shows a user.
#[plugin]
impl GetUser {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// One user.
    #[get("/users/{id}")]
    async fn execute(&self, id: i64) -> Result<User> {
        let user = self.db.query_one("SELECT id, name FROM users WHERE id = $1", (id,)).await?;
        user.ok_or_else(|| Error::not_found("user"))
    }
}
