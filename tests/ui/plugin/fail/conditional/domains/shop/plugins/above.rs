use crate::prelude::*;

#[plugin]
pub struct Above {
    db: Db,
}

#[cfg(unix)]
#[plugin]
impl Above {
    #[get("/above")]
    async fn show(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT 1", ()).await?)
    }
}
