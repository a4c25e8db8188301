//! The money is there.
use crate::prelude::*;

/// A card was charged.
#[event("order.paid")]
pub struct OrderPaid {
    pub id: i64,
}
