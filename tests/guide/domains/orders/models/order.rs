//! An order as the routes of this domain show it.
use crate::prelude::*;

#[derive(Debug, Serialize, Schema, Row)]
pub struct Order {
    pub id: i64,
    pub customer: String,
    pub total: i64,
}
