use crate::prelude::*;

#[plugin]
pub struct Reach {
    db: Db,
}

#[plugin]
impl Reach {
    #[get("/items")]
    async fn read(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FROM users JOIN items USING (id)", ()).await?)
    }

    #[delete("/items")]
    async fn write(&self) -> Result<NoContent> {
        self.db.execute("DELETE FROM items", ()).await?;
        Ok(NoContent)
    }
}
