use crate::prelude::*;

#[event("user.c", replies = bool)]
pub struct C {
    pub id: i64,
}
