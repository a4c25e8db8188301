//! Asks for some of an item.
use crate::prelude::*;

/// How many are left after taking `amount` of `item`.
#[event("stock.take", reply = i64)]
pub struct TakeStock {
    pub item: String,
    pub amount: i64,
}
