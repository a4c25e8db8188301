//! A job whose course the test writes into it.
use crate::prelude::*;

#[event("report.wanted", job)]
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReportWanted {
    pub tenant: i64,
    /// So many first attempts fail.
    pub fails: u32,
    /// How long each attempt takes, in milliseconds.
    pub takes: u64,
    /// `give_up`, `again`, `panic`, `progress`; or nothing.
    pub mood: String,
}
