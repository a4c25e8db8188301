//! Who a plugin is, and whether it runs.
//!
//! The wiring keeps each plugin and each tool in a [`Slot`]: the way to a handler is one load and one branch.

use std::fmt;
use std::sync::OnceLock;

use crate::error::Error;

/// The name of a plugin, as logs, events and the manifest show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The domain's folder: `users`.
    pub domain: &'static str,
    /// The file's stem: `create_user`.
    pub plugin: &'static str,
    /// Both: `users.create_user`.
    pub name: &'static str,
}

/// Why a plugin or a tool is off. The reason goes to the log, never to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Down {
    /// What is off: `tool db`, `plugin users.create_user`.
    pub what: String,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Down {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is off: {}", self.what, self.reason)
    }
}

impl std::error::Error for Down {}

impl Down {
    /// The same for those who miss it. The log has the reason already, once.
    pub(crate) fn missed(&self) -> Self {
        Self { what: self.what.clone(), reason: "the log says why, in a line of its own".to_owned() }
    }

    /// What a client gets when it asks for something that needs this: 503, with the reason in the log only.
    pub fn to_error(&self) -> Error {
        Error::unavailable(self.to_string())
    }
}

/// A plugin or a tool that either runs or is off for a reason.
#[derive(Debug)]
pub struct Slot<T> {
    value: Option<T>,
    down: OnceLock<Down>,
}

impl<T> Slot<T> {
    /// Holds what was built, or why it was not.
    pub fn new(built: Result<T, Down>) -> Self {
        match built {
            Ok(value) => Self { value: Some(value), down: OnceLock::new() },
            Err(reason) => Self { value: None, down: OnceLock::from(reason) },
        }
    }

    /// The running value, or why there is none.
    #[inline]
    pub fn running(&self) -> Result<&T, &Down> {
        match (self.down.get(), &self.value) {
            (None, Some(value)) => Ok(value),
            (Some(down), _) => Err(down),
            (None, None) => unreachable!("a slot is built from a value or from a reason"),
        }
    }

    /// Takes it out of service. The first reason stays.
    pub fn turn_off(&self, down: Down) {
        // A second reason is a consequence of the first.
        let _ = self.down.set(down);
    }

    /// What was built, running or not: a plugin whose `on_boot` failed still owes its `on_shutdown`.
    pub fn built(&self) -> Option<&T> {
        self.value.as_ref()
    }
}
