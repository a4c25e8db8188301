use crate::prelude::*;

#[event("user.created")]
pub struct Created {
    pub id: i64,
}
