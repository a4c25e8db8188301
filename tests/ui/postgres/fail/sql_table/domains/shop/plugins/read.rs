use crate::prelude::*;

#[plugin]
pub struct Read {
    db: Db,
}

#[plugin]
impl Read {
    #[get("/near")]
    async fn near(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FROM user WHERE at > now() - interval '1 day'", ()).await?)
    }

    #[get("/far")]
    async fn far(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FROM invoices", ()).await?)
    }
}
