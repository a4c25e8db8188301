//! A moment has passed; its two subscribers do next to nothing, so that only the way to them is measured.
use crate::prelude::*;

#[event("clock.ticked")]
pub struct Ticked {
    pub by: u64,
}
