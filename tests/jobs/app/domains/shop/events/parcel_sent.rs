//! One at a time per tenant, in order.
use crate::prelude::*;

#[event("parcel.sent", job)]
#[derive(Debug, Clone, Default)]
pub struct ParcelSent {
    pub tenant: i64,
    pub number: i64,
    /// So many first attempts fail.
    pub fails: u32,
    pub takes: u64,
}
