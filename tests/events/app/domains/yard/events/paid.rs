//! Something that must have its effect once.
use crate::prelude::*;

#[event("yard.paid")]
#[derive(Debug, Clone)]
pub struct Paid {
    pub number: i64,
    /// So many first attempts fail after their effect is committed.
    pub fails: u32,
}
