//! Something that is handled later.
use crate::prelude::*;

#[event("belated")]
pub struct Belated {
    pub name: String,
    /// So many attempts fail.
    pub failing: u32,
}
