use crate::prelude::*;

#[plugin]
pub struct Write {
    db: Db,
}

#[plugin]
impl Write {
    #[post("/both")]
    async fn both(&self) -> Result<NoContent> {
        self.db.execute("DELETE FROM users; DELETE FROM users", ()).await?;
        Ok(NoContent)
    }

    #[post("/rows")]
    async fn rows(&self) -> Result<i64> {
        Ok(self.db.query_scalar("INSERT INTO users (name, email) VALUES ('a', 'b')", ()).await?)
    }
}
