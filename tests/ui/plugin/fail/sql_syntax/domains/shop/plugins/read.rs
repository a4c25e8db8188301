use crate::prelude::*;

#[plugin]
pub struct Read {
    db: Db,
}

#[plugin]
impl Read {
    #[get("/misspelled")]
    async fn misspelled(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FORM users", ()).await?)
    }

    #[get("/unfinished")]
    async fn unfinished(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FROM users WHERE", ()).await?)
    }

    #[get("/lines")]
    async fn lines(&self) -> Result<i64> {
        let sql = "SELECT count(*)
            FROM users
            WERE id = $1";
        Ok(self.db.query_scalar(sql, (1,)).await?)
    }
}
