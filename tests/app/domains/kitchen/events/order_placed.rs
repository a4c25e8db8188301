//! Somebody is hungry.
use crate::prelude::*;

#[event("order.placed")]
#[derive(Debug)]
pub struct OrderPlaced {
    pub dish: String,
}
