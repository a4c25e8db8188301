//! What a store keeps for a subscriber that the application does not have: a plugin, a function or a group was renamed or
//! deleted while events waited for it.

use serde::Serialize;

use super::Subscriber;

/// Deliveries that nobody will ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Orphan {
    /// The event's name.
    pub event: String,
    /// The subscriber's name, as it was.
    pub subscriber: String,
    /// How many deliveries wait for it, those included that a process of another version handles now.
    pub waiting: u64,
    /// How many dead letters it has.
    pub dead: u64,
}

impl Orphan {
    /// Whether this is the subscriber.
    pub fn is_of(&self, subscriber: &Subscriber) -> bool {
        self.subscriber == subscriber.name && self.event == subscriber.event
    }
}
