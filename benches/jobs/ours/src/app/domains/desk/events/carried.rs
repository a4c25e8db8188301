//! Work that takes no time.
use crate::prelude::*;

#[event("desk.carried", job)]
pub struct Carried {
    pub number: u64,
}
