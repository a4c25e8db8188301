//! A guest made an invoice.
use crate::prelude::*;

/// A guest made an invoice.
#[event("invoice.rendered")]
pub struct InvoiceRendered {
    pub order: i64,
    pub attempt: u32,
}
