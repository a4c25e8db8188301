//! A guest's transaction as the bus sees it: what is published in it is kept beside the rows.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::GuestTransaction;
use crate::error::Result;
use crate::event::{Envelope, Transactional};

/// The open transaction of a guest's call.
pub struct OfGuest<'t>(pub &'t mut (dyn GuestTransaction + 'static));

impl fmt::Debug for OfGuest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OfGuest")
    }
}

impl Transactional for OfGuest<'_> {
    async fn keep(&mut self, envelope: &Envelope, payload: &str, event: Arc<dyn Any + Send + Sync>) -> Result<()> {
        self.0.keep(envelope, payload, event).await
    }

    async fn first_time(&mut self, event: &str, subscriber: &str) -> Result<bool> {
        self.0.first_time(event, subscriber).await
    }
}
