//! Heard by a plugin that is off.
use crate::prelude::*;

#[event("yard.lamp")]
pub struct Lamp {
    pub number: u32,
}
