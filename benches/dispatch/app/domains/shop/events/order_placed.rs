//! An order was placed; its two subscribers do a little work.
use crate::prelude::*;

#[event("order.placed")]
pub struct OrderPlaced {
    pub id: i64,
    pub email: String,
    pub cents: u64,
}
