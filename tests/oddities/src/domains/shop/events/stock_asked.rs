//! How many are there?
use crate::prelude::*;

#[event("stock.ask", reply = u32)]
pub struct StockAsked {
    pub item: i64,
}
