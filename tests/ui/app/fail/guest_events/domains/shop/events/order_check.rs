use crate::prelude::*;

#[event("order.check", reply = bool)]
pub struct OrderCheck {
    pub id: i64,
}
