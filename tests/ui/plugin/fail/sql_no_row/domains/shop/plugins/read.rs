use crate::prelude::*;

#[derive(Serialize, Schema)]
pub struct User {
    pub id: i64,
    pub name: String,
}

#[plugin]
pub struct Read {
    db: Db,
}

#[plugin]
impl Read {
    #[get("/users")]
    async fn read(&self) -> Result<Vec<User>> {
        Ok(self.db.query("SELECT id, name FROM users", ()).await?)
    }
}
