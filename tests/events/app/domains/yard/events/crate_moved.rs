//! Work that another group of the same name shares.
use crate::prelude::*;

#[event("yard.crate")]
pub struct CrateMoved {
    pub number: u32,
}
