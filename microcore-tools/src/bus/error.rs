//! What can go wrong on the bus.

use std::time::Duration;

use microcore_runtime::error::Unavailable;

/// An event was not accepted, or a request was not answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BusError {
    /// Published before the application was wired: in a tool's `setup` or a plugin's `new`.
    #[error("the bus is not online yet: publish from `on_boot` or later")]
    NotOnline,
    /// A subscriber did not keep up: its queue was full, and stayed so while the publisher waited. Nobody got the event.
    #[error("`{event}` was not accepted: the queue of `{subscriber}` is full")]
    Full {
        /// The event's name.
        event: &'static str,
        /// The subscriber.
        subscriber: &'static str,
    },
    /// The responder took too long.
    #[error("request `{event}` was not answered within {deadline:?}")]
    Timeout {
        /// The request's name.
        event: &'static str,
        /// How long was waited.
        deadline: Duration,
    },
    /// What was asked for can't be done; the sentence says why.
    #[error("{0}")]
    Refused(String),
    /// The transport is down.
    #[error("the transport is down")]
    Unavailable(#[source] Unavailable),
}
