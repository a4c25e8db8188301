//! How one subscriber stands, for whoever looks.

use serde::Serialize;

use super::Subscriber;

/// How one subscriber stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct SubscriberStatus {
    /// The subscriber.
    pub subscriber: String,
    /// The event.
    pub event: String,
    /// Accepted and not yet begun: what it lags behind.
    pub lag: u64,
    /// Handlers that run now.
    pub in_flight: u64,
    /// Not due yet.
    pub delayed: u64,
    /// Dead letters.
    pub dead: u64,
    /// Delivered since this process started.
    pub delivered: u64,
    /// Whether it is paused because it kept failing.
    pub paused: bool,
}

impl SubscriberStatus {
    /// Of one that has nothing to do, and never had.
    pub fn of(subscriber: &Subscriber) -> Self {
        Self {
            subscriber: subscriber.name.to_owned(),
            event: subscriber.event.to_owned(),
            lag: 0,
            in_flight: 0,
            delayed: 0,
            dead: 0,
            delivered: 0,
            paused: false,
        }
    }
}
