//! Heard by everybody.
use crate::prelude::*;

#[event("yard.bell")]
pub struct Bell {
    pub number: u32,
}
