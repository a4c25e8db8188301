//! Adds up what is ordered, by the domain of the customer's address.
use crate::prelude::*;

#[plugin]
pub struct Tally {}

#[plugin]
impl Tally {
    #[on(OrderPlaced, inline)]
    fn add(&self, order: &OrderPlaced) {
        crate::work::tally(order);
    }

    #[on(Ticked, inline)]
    fn tick(&self, tick: &Ticked) {
        crate::work::forward(tick);
    }
}
