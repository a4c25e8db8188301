//! A parcel needs a label.
use crate::prelude::*;

#[event("label.wanted", job)]
#[derive(Debug, Clone, PartialEq)]
pub struct LabelWanted {
    pub order: i64,
    pub grams: i64,
}
