//! Heard in every process, and written down once.
use crate::prelude::*;

#[event("yard.siren")]
pub struct Siren {
    pub number: u32,
}
