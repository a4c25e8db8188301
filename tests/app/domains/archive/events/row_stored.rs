//! A row was stored.
use crate::prelude::*;

#[event("row.stored")]
pub struct RowStored {
    pub id: i64,
}
