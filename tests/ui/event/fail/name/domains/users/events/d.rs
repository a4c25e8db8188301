use crate::prelude::*;

#[event("event.delivered")]
pub struct D {
    pub id: i64,
}
