//! A job of several steps, which dies or stops where the test says.
use crate::prelude::*;

#[event("order.placed", job)]
#[derive(Debug, Clone, Default)]
pub struct OrderPlaced {
    pub item: i64,
    /// Where the first process that has it kills itself.
    pub dies: String,
    /// How long it sleeps, in milliseconds.
    pub grace: u64,
    /// How often the first attempts fail behind the charge.
    pub fails: u32,
}
