//! What does it cost?
use crate::prelude::*;

#[event("price.ask", reply = u32)]
pub struct PriceAsked {
    pub dish: String,
}
