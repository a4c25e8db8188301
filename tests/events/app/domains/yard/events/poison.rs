//! Fails while the test says so.
use crate::prelude::*;

#[event("yard.poison")]
pub struct Poison {
    pub name: String,
}
