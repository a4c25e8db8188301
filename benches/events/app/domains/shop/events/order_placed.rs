//! An order was placed; two subscribers hear it as tasks.
use crate::prelude::*;

#[event("order.placed")]
#[derive(Debug, Clone)]
pub struct OrderPlaced {
    pub id: i64,
    pub email: String,
}
