use crate::prelude::*;

#[event("shop.asked", reply = bool)]
pub struct Asked {
    pub id: i64,
}
