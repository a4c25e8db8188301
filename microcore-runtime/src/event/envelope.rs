//! Everything about an event but its payload: what stores, dead letters and traces keep.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::{Extras, Key};
use crate::context::{Context, Id};

/// The envelope of one published event, as a transport stores it.
///
/// Written by the bus alone: the emitter is the plugin whose handle published, cause and origin are those of the handler
/// or request that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct Envelope {
    /// Its own id.
    pub id: Id,
    /// The event's name: `user.created`.
    pub event: String,
    /// The plugin that published it; `None` outside of plugins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emitter: Option<String>,
    /// When it was published: milliseconds since 1970.
    pub time: u64,
    /// The parent: the request or event in whose handler it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Id>,
    /// The correlation: the first of the chain.
    pub origin: Id,
    /// Whether whoever began the trace records it; `None` where it began here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sampled: Option<bool>,
    /// Events of one key are handled in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Key>,
    /// Before this it is handed to nobody: milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<u64>,
    /// From this on it is of no use: milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
    /// Higher goes first where several wait.
    #[serde(default)]
    pub priority: i8,
    /// For the application's own use.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
}

impl Envelope {
    /// Of an event published at `time`, in milliseconds since 1970.
    pub fn new(context: &Context, emitter: Option<&str>, extras: Option<&Extras>, time: u64) -> Self {
        let after = |wait: Duration| time.saturating_add(millis(wait));
        let extras = extras.cloned().unwrap_or_default();
        Self {
            id: context.id.clone(),
            event: context.event.unwrap_or_default().to_owned(),
            emitter: emitter.map(ToOwned::to_owned),
            time,
            cause: context.cause.clone(),
            origin: context.origin.clone(),
            sampled: context.sampled,
            key: extras.key,
            due: extras.delay.map(after),
            expires: extras.ttl.map(after),
            priority: extras.priority,
            headers: extras.headers,
        }
    }

    /// What is being handled when an event of this name, and this envelope, is.
    pub fn context(&self, event: &'static str) -> Context {
        Context {
            id: self.id.clone(),
            cause: self.cause.clone(),
            origin: self.origin.clone(),
            client: None,
            schedule: None,
            job: None,
            event: Some(event),
            subscriber: None,
            attempt: 0,
            sampled: self.sampled,
            state: None,
            kept_aside: false,
        }
    }

    /// Whether it is of no use any more at `now`, in milliseconds since 1970.
    pub fn is_expired(&self, now: u64) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

/// Whole milliseconds.
pub fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The same in nanoseconds.
#[cfg(feature = "otlp")]
pub(crate) fn wall_clock_nanos() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// The wall clock: milliseconds since 1970.
pub fn wall_clock() -> u64 {
    // A clock before 1970 is wrong; events then look very old, and nothing else breaks.
    SystemTime::now().duration_since(UNIX_EPOCH).map(millis).unwrap_or_default()
}
