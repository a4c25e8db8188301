//! More than its subscriber can bear.
use crate::prelude::*;

#[event("flood.came")]
pub struct Flood {
    pub weight: String,
}
