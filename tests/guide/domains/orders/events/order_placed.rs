//! Somebody has bought something.
use crate::prelude::*;

/// An order was stored.
#[event("order.placed")]
pub struct OrderPlaced {
    pub id: i64,
    pub customer: String,
    pub total: i64,
}
