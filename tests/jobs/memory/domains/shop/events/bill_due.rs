//! Is worked on once.
use crate::prelude::*;

#[event("bill.due", job)]
#[derive(Debug, Clone)]
pub struct BillDue {
    pub tenant: i64,
}
