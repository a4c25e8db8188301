//! The beginning of a cascade.
use crate::prelude::*;

#[event("yard.order")]
pub struct Order {
    pub steps: u32,
}
