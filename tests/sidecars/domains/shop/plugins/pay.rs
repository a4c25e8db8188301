//! Publishes what guests hear.
use crate::prelude::*;

pub struct Pay {
    bus: Bus,
    db: Db,
}

/// Pays orders.
#[plugin]
impl Pay {
    pub fn new(bus: Bus, db: Db, state: State) -> Self {
        // Guests have `state` because a plugin names it.
        drop(state);
        Self { bus, db }
    }

    /// Pays an order; the first `failing` deliveries fail.
    #[post("/orders/{id}/pay")]
    pub async fn execute(&self, id: i64, failing: u32) -> Result<()> {
        self.bus.publish(OrderPaid { id, failing }).await?;
        Ok(())
    }

    /// The number of orders.
    #[get("/orders/count")]
    pub async fn count(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FROM orders", ()).await?)
    }
}
