//! An order that is paid is sent.
use crate::domains::billing::events::OrderPaid;
use crate::prelude::*;

pub struct ShipOrder {
    db: Db,
}

/// Sends what is paid.
#[plugin]
impl ShipOrder {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    #[on(OrderPaid, retries = 2, idempotent)]
    async fn ship(&self, event: &OrderPaid) -> Result<()> {
        let label = microcore::context::work("print the label", print(event.id)).await?;
        self.db.execute("UPDATE orders SET state = $1 WHERE id = $2", (label, event.id)).await?;
        Ok(())
    }
}

/// Prints a label; the state of an order with one.
async fn print(_order: i64) -> Result<&'static str> {
    Ok("sent")
}
