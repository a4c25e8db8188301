//! Somebody has ordered something.
use crate::prelude::*;

#[event("order.placed")]
pub struct OrderPlaced {
    pub id: i64,
}
