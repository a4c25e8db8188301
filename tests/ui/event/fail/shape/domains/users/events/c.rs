use crate::prelude::*;

#[event("user.c")]
pub enum C {
    D,
}
