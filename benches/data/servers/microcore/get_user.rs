//! GET /users/{id} shows a user, GET /users lists twenty.
use crate::prelude::*;

#[derive(Serialize, Schema, Row)]
pub struct User {
    pub id: i64,
    pub name: String,
    pub email: String,
}

#[plugin]
pub struct GetUser {
    db: Db,
}

#[plugin]
impl GetUser {
    #[get("/users/{id}")]
    async fn one(&self, id: i64) -> Result<User> {
        self.db
            .query_one("SELECT id, name, email FROM users WHERE id = $1", (id,))
            .await?
            .ok_or_else(|| Error::not_found("user"))
    }

    #[get("/users")]
    async fn many(&self) -> Result<Rows<User>> {
        Ok(self.db.query_json("SELECT id, name, email FROM users ORDER BY id LIMIT 20", ()).await?)
    }
}
