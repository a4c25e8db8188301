//! Writes one line per order.
use crate::prelude::*;

#[plugin]
pub struct Journal {}

#[plugin]
impl Journal {
    #[on(OrderPlaced, inline)]
    fn write(&self, order: &OrderPlaced) {
        crate::work::journal(order);
    }

    #[on(Ticked, inline)]
    fn tick(&self, tick: &Ticked) {
        crate::work::backward(tick);
    }
}
