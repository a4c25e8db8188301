use crate::prelude::*;

#[derive(Serialize, Schema, Row)]
pub struct User {
    id: i64,
    name: String,
    email: String,
}

#[plugin]
pub struct Read {
    db: Db,
}

#[plugin]
impl Read {
    #[get("/users")]
    async fn many(&self) -> Result<Vec<User>> {
        Ok(self.db.query("SELECT id, name FROM users", ()).await?)
    }
}
