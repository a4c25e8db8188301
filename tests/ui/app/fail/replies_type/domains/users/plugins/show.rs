use crate::prelude::*;

#[plugin]
pub struct Show {
    db: Db,
}

#[plugin]
impl Show {
    #[get("/users")]
    async fn show(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT 1", ()).await?)
    }
}
