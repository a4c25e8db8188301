use crate::prelude::*;

#[event("order.paid")]
pub struct OrderPaid {
    pub id: i64,
}
