//! GET /orders lists what is open.
use crate::prelude::*;

#[derive(Serialize, Schema, Row)]
pub struct Order {
    pub id: i64,
    pub item: String,
    pub state: String,
}

pub struct ListOrders {
    db: Db,
}

/// Lists the orders.
#[plugin]
impl ListOrders {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// The latest orders, the newest first.
    #[get("/orders")]
    async fn execute(&self) -> Result<Vec<Order>> {
        Ok(self.db.query("SELECT id, item, state FROM orders ORDER BY id DESC LIMIT 50", ()).await?)
    }
}
