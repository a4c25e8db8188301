//! Work that goes on until the test lets it end.
use crate::prelude::*;

#[event("yard.freight")]
pub struct Freight {
    pub name: String,
}
