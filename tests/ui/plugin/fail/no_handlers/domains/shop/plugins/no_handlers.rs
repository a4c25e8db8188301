use crate::prelude::*;

#[plugin]
pub struct NoHandlers {
    db: Db,
}

impl NoHandlers {
    pub async fn health(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT 1", ()).await?)
    }
}
