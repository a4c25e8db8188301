//! A shift has begun.
use crate::prelude::*;

#[event("shift.begun")]
pub struct ShiftBegun {
    pub worker: String,
}
