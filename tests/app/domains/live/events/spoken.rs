//! Somebody said something.
use crate::prelude::*;

#[event("live.spoken")]
pub struct Spoken {
    pub by: String,
    pub text: String,
}
