use crate::prelude::*;

#[plugin]
pub struct Read {
    db: Db,
}

#[plugin]
impl Read {
    #[get("/users")]
    async fn read(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FROM users", ()).await?)
    }
}
