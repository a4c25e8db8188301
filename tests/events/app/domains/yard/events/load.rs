//! Work that a group shares.
use crate::prelude::*;

#[event("yard.load")]
pub struct Load {
    pub number: u32,
}
