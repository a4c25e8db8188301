//! An invoice is due.
use crate::prelude::*;

#[event("invoice.due")]
pub struct InvoiceDue {
    pub email: String,
}
