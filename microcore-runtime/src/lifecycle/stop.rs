//! The stop of an application: one deadline for all of it, and what it works on, so that whoever waits too long can
//! be named.
//!
//! ```text
//! requests → events → on_shutdown of the plugins → shutdown of the tools
//! ```
//!
//! Each part has a limit of its own and never more than what is left of the whole. What is left by one that ends early
//! stays for those after it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::process::ProcessSettings;

/// So much of `STOP_TIMEOUT` at most is kept for the end of the process itself.
const LONGEST_RESERVE: Duration = Duration::from_secs(1);

/// A stop that has begun. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Stop {
    end: Instant,
    settings: StopSettings,
    doing: Doing,
}

/// How long a stop and its parts may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopSettings {
    /// All of it.
    pub whole: Duration,
    /// The delivery of accepted events.
    pub events: Duration,
    /// `on_shutdown` of the plugins, side by side.
    pub plugins: Duration,
    /// `shutdown` of the tools, one after the other.
    pub tools: Duration,
}

/// What every stop begins with.
pub(super) const REQUESTS: &str = "requests in flight";

/// What the stop works on, for the thread that ends the process where it does not get on.
#[derive(Debug, Clone, Default)]
pub(super) struct Doing(Arc<Mutex<String>>);

impl Doing {
    pub(super) fn set(&self, what: impl Into<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = what.into();
    }

    /// The stop was asked for. What it has come to since then, in another thread, stays.
    pub(super) fn begin(&self) {
        let mut doing = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if doing.is_empty() {
            REQUESTS.clone_into(&mut doing);
        }
    }

    pub(super) fn get(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl StopSettings {
    pub(super) fn of(settings: &ProcessSettings) -> Self {
        let ProcessSettings { stop_timeout, stop_events, stop_plugins, stop_tools, .. } = *settings;
        Self { whole: stop_timeout, events: stop_events, plugins: stop_plugins, tools: stop_tools }
    }

    /// What the parts have: `STOP_TIMEOUT` without what the end of the process takes.
    pub(super) fn shared(&self) -> Duration {
        self.whole.saturating_sub(self.reserve())
    }

    /// When the process is ended by force: parts that keep to what they have are through by then.
    pub(super) fn by_force(&self) -> Duration {
        self.whole.saturating_sub(self.reserve() / 2)
    }

    fn reserve(&self) -> Duration {
        (self.whole / 10).min(LONGEST_RESERVE)
    }
}

impl Stop {
    /// It begins now.
    pub(super) fn begin(settings: StopSettings, doing: Doing) -> Self {
        // No setting is longer than a century.
        Self { end: Instant::now() + settings.shared(), settings, doing }
    }

    /// One that begins now, with these limits: for tests, and for those who embed an application.
    pub fn within(settings: StopSettings) -> Self {
        Self::begin(settings, Doing::default())
    }

    /// What is left of it.
    pub fn left(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// How long accepted events may still be delivered.
    pub fn events(&self) -> Duration {
        self.settings.events.min(self.left())
    }

    /// How long `on_shutdown` may take.
    pub fn plugins(&self) -> Duration {
        self.settings.plugins.min(self.left())
    }

    /// How long `shutdown` of one tool may take.
    pub fn tools(&self) -> Duration {
        self.settings.tools.min(self.left())
    }

    /// Notes what is being waited for.
    pub(crate) fn works_on(&self, what: impl Into<String>) {
        self.doing.set(what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: StopSettings = StopSettings {
        whole: Duration::from_secs(30),
        events: Duration::from_secs(10),
        plugins: Duration::from_secs(5),
        tools: Duration::from_secs(4),
    };

    #[tokio::test(start_paused = true)]
    async fn the_parts_share_what_is_left() {
        let stop = Stop::within(SETTINGS);
        assert_eq!(stop.left(), Duration::from_secs(29), "a second is for the end of the process");
        assert_eq!(stop.events(), Duration::from_secs(10));
        tokio::time::advance(Duration::from_secs(26)).await;
        assert_eq!((stop.plugins(), stop.tools()), (Duration::from_secs(3), Duration::from_secs(3)));
        tokio::time::advance(Duration::from_secs(9)).await;
        assert_eq!((stop.events(), stop.tools()), (Duration::ZERO, Duration::ZERO));
    }

    #[test]
    fn a_short_stop_keeps_a_tenth_for_the_end() {
        let settings = StopSettings { whole: Duration::from_secs(1), ..SETTINGS };
        assert_eq!((settings.shared(), settings.by_force()), (Duration::from_millis(900), Duration::from_millis(950)));
        assert_eq!(StopSettings { whole: Duration::ZERO, ..SETTINGS }.shared(), Duration::ZERO);
    }
}
