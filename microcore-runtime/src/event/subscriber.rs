//! Who hears an event: what the wiring says about one subscription, or about one group of them.

use std::fmt;

use super::Retry;
use crate::meter::DeliveryMeter;
use crate::plugin::Identity;

/// One subscription, or one group. The wiring writes one static per subscriber.
#[derive(Debug)]
pub struct Subscriber {
    /// Its place in [`Subscribers::ALL`](super::Subscribers::ALL).
    pub number: usize,
    /// Its own name, which stores keep: `mail.welcome_email.send`, or `group.workers`.
    pub name: &'static str,
    /// The plugin; of a group, the plugin of its first member.
    pub plugin: &'static Identity,
    /// The event's name.
    pub event: &'static str,
    /// How often a failing delivery is repeated.
    pub retry: Retry,
    /// Whether it runs in the publisher's task.
    pub inline: bool,
    /// Whether every process hears it, each for itself, and nothing is kept for it.
    pub broadcast: bool,
    /// What is measured of it.
    pub meter: &'static DeliveryMeter,
}

impl Subscriber {
    /// Whether its own failures are told to nobody: what is published about failures must not go round in a ring.
    pub(crate) fn is_quiet(&self) -> bool {
        self.event.starts_with("event.")
    }
}

impl fmt::Display for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
