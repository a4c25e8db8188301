//! Something heard by two plugins, once each, without options.
use crate::prelude::*;

#[event("yard.note")]
#[derive(Debug)]
pub struct Note {
    pub name: String,
    /// Whether the first of the two fails.
    pub fails: bool,
}
