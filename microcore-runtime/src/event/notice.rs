//! What the bus itself publishes: events that every application has and any plugin may hear.

use serde::{Deserialize, Serialize};

use super::Event;

/// A delivery failed for good and is a dead letter now. Published as the failed delivery's child.
///
/// Failures of subscribers of this event are logged, and no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
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
#[non_exhaustive]
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
#[non_exhaustive]
pub struct SubscriberResumed {
    /// The subscriber.
    pub subscriber: String,
}

/// A job failed for good: it is dead now, and kept. Published as the child of its last attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JobFailed {
    /// The name of the job's event.
    pub name: String,
    /// The job's id, for `jobs dead show|replay|discard`.
    pub job: i64,
    /// What went wrong, with its causes.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
}

impl JobFailed {
    /// Made by the scheduler; made by hand in the tests of whoever hears it.
    pub fn new(name: impl Into<String>, job: i64, error: impl Into<String>, attempts: u32) -> Self {
        Self { name: name.into(), job, error: error.into(), attempts }
    }
}

impl DeliveryFailed {
    /// Made by the bus; made by hand in the tests of whoever hears it.
    ///
    /// ```
    /// use microcore_runtime::event::DeliveryFailed;
    ///
    /// let failed = DeliveryFailed::new("user.created", "mail.welcome_email.send").because("no route to host", 3);
    /// assert_eq!((failed.event.as_str(), failed.attempts), ("user.created", 3));
    /// ```
    pub fn new(event: impl Into<String>, subscriber: impl Into<String>) -> Self {
        let (event, subscriber) = (event.into(), subscriber.into());
        Self { event, id: String::new(), subscriber, error: String::new(), attempts: 0 }
    }

    /// What went wrong at the last of so many attempts.
    #[must_use]
    pub fn because(self, error: impl Into<String>, attempts: u32) -> Self {
        Self { error: error.into(), attempts, ..self }
    }

    /// The id of the event.
    #[must_use]
    pub fn with_id(self, id: impl Into<String>) -> Self {
        Self { id: id.into(), ..self }
    }
}

impl SubscriberPaused {
    /// Made by the bus; made by hand in the tests of whoever hears it.
    pub fn new(subscriber: impl Into<String>, failures: u32, pause_ms: u64) -> Self {
        Self { subscriber: subscriber.into(), failures, pause_ms }
    }
}

impl SubscriberResumed {
    /// Made by the bus; made by hand in the tests of whoever hears it.
    pub fn new(subscriber: impl Into<String>) -> Self {
        Self { subscriber: subscriber.into() }
    }
}

impl Event for DeliveryFailed {
    const NAME: &'static str = "event.delivery.failed";
}

impl Event for JobFailed {
    const NAME: &'static str = "event.job.failed";
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
