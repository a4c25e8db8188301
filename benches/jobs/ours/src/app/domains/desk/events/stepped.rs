//! Work in ten steps.
use crate::prelude::*;

#[event("desk.stepped", job)]
pub struct Stepped {
    pub number: u64,
}
