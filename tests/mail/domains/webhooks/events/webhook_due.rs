//! One message is to be sent to one endpoint.
use crate::prelude::*;

/// Published once per endpoint, in the transaction that read them.
#[event("webhook.due")]
pub struct WebhookDue {
    pub endpoint: String,
    /// The same for each repetition, so that whoever gets it knows it again.
    pub message: String,
    pub body: String,
}
