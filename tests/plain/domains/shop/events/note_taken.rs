//! A note was taken.
use crate::prelude::*;

#[event("note.taken")]
#[derive(Debug, Clone, PartialEq)]
pub struct NoteTaken {
    pub words: i64,
}
