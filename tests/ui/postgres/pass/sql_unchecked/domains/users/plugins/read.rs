//! GET /anything, from a table that nobody knows.
use crate::prelude::*;

#[plugin]
pub struct Read {
    db: Db,
}

#[plugin]
impl Read {
    #[get("/anything")]
    async fn anything(&self) -> Result<Vec<String>> {
        Ok(self.db.query("SELECT anything FROM anywhere", ()).await?)
    }
}
