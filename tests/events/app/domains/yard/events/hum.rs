//! Heard by many who have nothing to do with it.
use crate::prelude::*;

#[event("yard.hum")]
pub struct Hum {
    pub number: u32,
}
