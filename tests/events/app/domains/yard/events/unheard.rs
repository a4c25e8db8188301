//! Heard by nobody.
use crate::prelude::*;

#[event("yard.unheard")]
pub struct Unheard {
    pub number: u32,
}
