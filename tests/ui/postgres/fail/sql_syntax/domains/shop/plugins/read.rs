use crate::prelude::*;

#[plugin]
pub struct Read {
    db: Db,
}

#[plugin]
impl Read {
    #[get("/misspelled")]
    async fn misspelled(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FROM users WHERE name ILIKE 'a%' ODER BY 1", ()).await?)
    }

    #[get("/unfinished")]
    async fn unfinished(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FROM users WHERE", ()).await?)
    }
}
