//! Somebody bought something.
use crate::prelude::*;

/// An order was stored, and waits for its payment.
#[event("order.placed")]
pub struct OrderPlaced {
    pub id: i64,
    pub cents: i64,
    #[private]
    pub card: String,
}
