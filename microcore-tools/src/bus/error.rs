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
    /// The responder took too long.
    #[error("request `{event}` was not answered within {deadline:?}")]
    Timeout {
        /// The request's name.
        event: &'static str,
        /// How long was waited.
        deadline: Duration,
    },
    /// The transport is down.
    #[error("the transport is down")]
    Unavailable(#[source] Unavailable),
}
