//! Work whose course the test writes into it.
use crate::prelude::*;

#[event("yard.job")]
#[derive(Debug, Clone, Default)]
pub struct Task {
    pub name: String,
    /// So many first attempts fail.
    pub fails: u32,
    /// How long each attempt takes, in milliseconds.
    pub takes: u64,
}
