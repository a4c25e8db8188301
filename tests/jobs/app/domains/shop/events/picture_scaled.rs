//! Of which the fleet does four at once.
use crate::prelude::*;

#[event("picture.scaled", job)]
#[derive(Debug, Clone, Default)]
pub struct PictureScaled {
    pub number: i64,
    pub takes: u64,
}
