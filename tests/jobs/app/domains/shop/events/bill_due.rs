//! One of its kind.
use crate::prelude::*;

#[event("bill.due", job)]
#[derive(Debug, Clone, Default)]
pub struct BillDue {
    pub tenant: i64,
    pub month: String,
    pub takes: u64,
}
