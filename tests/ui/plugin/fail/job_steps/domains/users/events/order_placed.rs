use crate::prelude::*;

#[event("order.placed", job)]
pub struct OrderPlaced {
    pub item: i64,
}
