//! What the bus itself publishes: events that every application has and any plugin may hear.

use serde::{Deserialize, Serialize};

use super::Event;

/// A delivery failed for good and is a dead letter now. Published as the failed delivery's child.
///
/// Failures of subscribers of this event are logged, and no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryFailed {
    /// The event's name.
    pub event: String,
    /// The event's id.
    pub id: String,
    /// The subscriber: `mail.welcome_email.send`.
    pub subscriber: String,
    /// What went wrong, with its causes.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
}

/// A subscriber failed too often in a row: nothing is delivered to it for a while, then a single delivery is tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriberPaused {
    /// The subscriber.
    pub subscriber: String,
    /// How many deliveries failed for good in a row.
    pub failures: u32,
    /// For how long, in milliseconds.
    pub pause_ms: u64,
}

/// A paused subscriber succeeded again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubscriberResumed {
    /// The subscriber.
    pub subscriber: String,
}

impl Event for DeliveryFailed {
    const NAME: &'static str = "event.delivery.failed";
}

impl Event for SubscriberPaused {
    const NAME: &'static str = "event.subscriber.paused";
}

impl Event for SubscriberResumed {
    const NAME: &'static str = "event.subscriber.resumed";
}

/// One of them, on its way from a delivery to the bus.
#[derive(Debug, Clone)]
pub enum Notice {
    /// See [`DeliveryFailed`].
    Failed(DeliveryFailed),
    /// See [`SubscriberPaused`].
    Paused(SubscriberPaused),
    /// See [`SubscriberResumed`].
    Resumed(SubscriberResumed),
}
