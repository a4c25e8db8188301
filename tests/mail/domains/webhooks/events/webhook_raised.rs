//! Something that others outside may want to know.
use crate::prelude::*;

/// Publish it where something happened: each endpoint is told.
#[event("webhook.raised")]
pub struct WebhookRaised {
    /// What happened: `invoice.paid`.
    pub name: String,
    /// What there is to tell, as JSON.
    pub data: String,
}
