//! Publishes what the guest hears.
use crate::prelude::*;

pub struct Pay {
    bus: Bus,
}

/// Pays orders.
#[plugin]
impl Pay {
    pub fn new(bus: Bus) -> Self {
        Self { bus }
    }

    /// Pays an order; the first `failing` deliveries fail.
    #[post("/orders/{id}/pay")]
    pub async fn execute(&self, id: i64, failing: u32) -> Result<()> {
        self.bus.publish(OrderPaid { id, failing }).await?;
        Ok(())
    }
}
