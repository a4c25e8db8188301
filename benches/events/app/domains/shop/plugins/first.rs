//! Counts orders.
use crate::prelude::*;

#[plugin]
pub struct First {}

#[plugin]
impl First {
    #[on(OrderPlaced)]
    async fn count(&self, order: &OrderPlaced) {
        crate::handle(order.id);
    }
}
