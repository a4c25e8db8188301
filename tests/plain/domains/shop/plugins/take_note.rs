//! POST /notes publishes in a transaction, and no plugin here names the bus.
use crate::prelude::*;

#[plugin]
pub struct TakeNote {
    db: Db,
}

#[plugin]
impl TakeNote {
    #[post("/notes", status = 204)]
    async fn take(&self) -> Result<NoContent> {
        self.db.transaction(async |tx| tx.publish(NoteTaken { words: 3 }).await).await?;
        Ok(NoContent)
    }
}
