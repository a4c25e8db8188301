//! One step of a cascade.
use crate::prelude::*;

#[event("yard.step")]
pub struct Step {
    pub left: u32,
}
