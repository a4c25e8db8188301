//! Counts orders.
use crate::prelude::*;

#[plugin]
pub struct Second {}

#[plugin]
impl Second {
    #[on(OrderPlaced)]
    async fn count(&self, order: &OrderPlaced) {
        crate::handle(order.id);
    }
}
