//! What can go wrong on the bus.

use std::time::Duration;

use microcore_runtime::error::Unavailable;

/// An event was not accepted, or a request was not answered.
///
/// Passed on with `?`, what a later try may mend is 503: a full queue, an answer that is late, a transport that is down.
///
/// ```
/// use microcore_runtime::error::Error;
/// use microcore_tools::bus::BusError;
///
/// /// A full queue is the client's to wait for: it came too often.
/// fn refused(error: BusError) -> Error {
///     match error {
///         BusError::Full { .. } => Error::too_many_requests("there are too many orders; try again later"),
///         other => other.into(),
///     }
/// }
/// assert_eq!(refused(BusError::NotOnline).status(), 500);
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BusError {
    /// Published before the application was wired: in a tool's `setup` or a plugin's `new`.
    #[error("the bus is not online yet: publish from `on_boot` or later")]
    NotOnline,
    /// A subscriber did not keep up: its queue was full, and stayed so while the publisher waited. Nobody got the event.
    #[error("`{event}` was not accepted: the queue of `{subscriber}` is full")]
    #[non_exhaustive]
    Full {
        /// The event's name.
        event: &'static str,
        /// The subscriber.
        subscriber: &'static str,
        /// What makes it 503.
        #[source]
        cause: Unavailable,
    },
    /// The responder took too long. It goes on to its end, and nobody hears its answer.
    #[error("request `{event}` was not answered within {deadline:?}")]
    #[non_exhaustive]
    Timeout {
        /// The request's name.
        event: &'static str,
        /// How long was waited.
        deadline: Duration,
        /// What makes it 503.
        #[source]
        cause: Unavailable,
    },
    /// In a test of one plugin: there is no application, so nobody answers requests but the test itself.
    #[error(
        "nobody answers `{event}` on the bus of this test: say what is answered with `bus.answer`, or test the whole `app`"
    )]
    Unanswered {
        /// The request's name.
        event: &'static str,
    },
    /// What was asked for can't be done; the sentence says why.
    #[error("{0}")]
    Refused(String),
    /// The transport is down, or did not answer in time: whether it has the event is unknown. Whoever publishes again
    /// gives both the same [`PublishOptions::id`](microcore_runtime::event::PublishOptions::id).
    #[error("the transport is down")]
    Unavailable(#[source] Unavailable),
}

impl BusError {
    pub(super) fn full(event: &'static str, subscriber: &'static str) -> Self {
        Self::Full { event, subscriber, cause: Unavailable::because("its handlers do not keep up") }
    }

    pub(super) fn timeout(event: &'static str, deadline: Duration) -> Self {
        Self::Timeout { event, deadline, cause: Unavailable::because("the responder is at work still") }
    }
}

#[cfg(test)]
mod tests {
    use microcore_runtime::error::{Error, Kind};

    use super::*;

    #[test]
    fn what_a_later_try_may_mend_is_503() {
        let kind = |error: BusError| Error::from(error).kind();
        assert_eq!(kind(BusError::timeout("stock.asked", Duration::from_secs(5))), Kind::Unavailable);
        assert_eq!(kind(BusError::full("order.placed", "mail.send.on")), Kind::Unavailable);
        assert_eq!(kind(BusError::Unavailable(Unavailable::because("refused"))), Kind::Unavailable);
        assert_eq!(kind(BusError::NotOnline), Kind::Internal);
    }
}
