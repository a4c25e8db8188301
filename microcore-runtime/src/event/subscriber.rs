//! Who hears an event.

use std::fmt;

use crate::plugin::Identity;

/// One subscription, as logs name it: `mail.welcome_email.send`.
#[derive(Debug)]
pub struct Subscriber {
    /// The plugin.
    pub plugin: &'static Identity,
    /// The handler's name.
    pub handler: &'static str,
    /// The event's name.
    pub event: &'static str,
}

impl fmt::Display for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.plugin.name, self.handler)
    }
}
