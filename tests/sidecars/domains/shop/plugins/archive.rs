//! Keeps what guests publish, with what it was caused by.
use crate::prelude::*;

pub struct Archive {
    db: Db,
}

/// Keeps what was rendered, with what it was caused by.
#[plugin]
impl Archive {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    #[on(InvoiceRendered)]
    pub async fn keep(&self, event: &InvoiceRendered) -> Result<()> {
        let origin = microcore::context::current().map(|context| context.origin.to_string());
        let sql = "INSERT INTO archive (order_id, attempt, origin) VALUES ($1, $2, $3)";
        self.db.execute(sql, (event.order, event.attempt, origin)).await?;
        Ok(())
    }

    /// Which attempt made the invoice, and the request that began it all.
    #[get("/archive/{id}")]
    pub async fn one(&self, id: i64) -> Result<Option<(i64, String)>> {
        let sql = "SELECT attempt, origin FROM archive WHERE order_id = $1";
        Ok(self.db.query_one(sql, (id,)).await?)
    }
}
