//! Orders that were sent are forgotten at night.
use crate::prelude::*;

pub struct ForgetOrders {
    db: Db,
}

/// Forgets what was sent.
#[plugin]
impl ForgetOrders {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Deletes the orders that were sent.
    #[cron("30 2 * * *", zone = "Europe/Berlin", retries = 2)]
    async fn nightly(&self) -> Result<()> {
        self.db.execute("DELETE FROM orders WHERE state = 'sent'", ()).await?;
        Ok(())
    }
}
