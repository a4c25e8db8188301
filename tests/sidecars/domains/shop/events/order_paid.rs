//! An order was paid.
use crate::prelude::*;

/// An order was paid.
#[event("order.paid")]
pub struct OrderPaid {
    pub id: i64,
    /// How many deliveries of it are to fail.
    pub failing: u32,
}
