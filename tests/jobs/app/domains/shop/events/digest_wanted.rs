//! Once an hour and tenant at the most.
use crate::prelude::*;

#[event("digest.wanted", job)]
#[derive(Debug, Clone, Default)]
pub struct DigestWanted {
    pub tenant: i64,
}
