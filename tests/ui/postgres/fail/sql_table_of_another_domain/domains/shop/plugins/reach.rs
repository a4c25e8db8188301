use crate::prelude::*;

#[plugin]
pub struct Reach {
    db: Db,
}

#[plugin]
impl Reach {
    #[get("/items")]
    async fn read(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FROM users JOIN items USING (id) WHERE tags ? 'new'", ()).await?)
    }

    #[delete("/items")]
    async fn write(&self) -> Result<NoContent> {
        self.db.execute("WITH gone AS (DELETE FROM items RETURNING id) SELECT count(*) FROM gone", ()).await?;
        Ok(NoContent)
    }
}
