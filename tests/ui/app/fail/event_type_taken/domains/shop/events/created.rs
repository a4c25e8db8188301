use crate::prelude::*;

#[event("order.created")]
pub struct Created {
    pub id: i64,
}
