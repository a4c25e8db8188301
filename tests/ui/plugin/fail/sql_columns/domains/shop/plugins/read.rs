use crate::prelude::*;

#[derive(Serialize, Schema, Row)]
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
    #[get("/users/{id}")]
    async fn lacks_one(&self, id: i64) -> Result<Option<User>> {
        Ok(self.db.query_one("SELECT id, name, email FROM users WHERE id = $1", (id,)).await?)
    }

    #[get("/users")]
    async fn has_one_too_many(&self) -> Result<Vec<User>> {
        let users = self.db.query("SELECT id FROM users", ()).await?;
        Ok(users)
    }

    #[get("/names")]
    async fn of_another_size(&self) -> Result<Vec<String>> {
        let pairs: Vec<(i64, String, String)> = self.db.query("SELECT id, name FROM users ORDER BY id", ()).await?;
        Ok(pairs.into_iter().map(|(_, name, _)| name).collect())
    }
}
