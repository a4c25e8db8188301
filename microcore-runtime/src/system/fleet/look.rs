//! Whether somebody looks at the fleet. Replicas tell each other how they do every few seconds only while somebody does:
//! the bus of an idle application stays idle.
//!
//! In: looks at `/system/api/fleet` of this process, and what others say of looks at theirs. Out: since when, and whether
//! the others must be told of it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// So long after the last look it is over: longer than an open page waits between two.
const LASTS: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
struct Looks {
    /// Since when, and when the last was, wherever it was.
    since: Option<Instant>,
    last: Option<Instant>,
    /// The last that was here.
    here: Option<Instant>,
}

/// What this process knows of looks.
pub(super) struct Look {
    looks: Mutex<Looks>,
    begun: Notify,
}

impl Look {
    pub(super) const fn nobody() -> Self {
        let looks = Mutex::new(Looks { since: None, last: None, here: None });
        Self { looks, begun: Notify::const_new() }
    }

    /// Somebody looks here. Gives whether nobody did before, wherever.
    pub(super) fn here(&self, now: Instant) -> bool {
        self.looks().here = Some(now);
        self.elsewhere(now)
    }

    /// Somebody looks at another replica.
    pub(super) fn elsewhere(&self, now: Instant) -> bool {
        let mut looks = self.looks();
        let begins = looks.last.is_none_or(|last| is_over(last, now));
        looks.last = Some(now);
        if begins {
            looks.since = Some(now);
            self.begun.notify_one();
        }
        begins
    }

    /// Since when somebody looks, if somebody does.
    pub(super) fn since(&self, now: Instant) -> Option<Instant> {
        let looks = self.looks();
        looks.last.filter(|last| !is_over(*last, now)).and(looks.since)
    }

    /// Whether the others must be told that somebody looks: it is here that somebody does.
    pub(super) fn is_here(&self, now: Instant) -> bool {
        self.looks().here.is_some_and(|here| !is_over(here, now))
    }

    /// Ends when somebody looks after nobody did.
    pub(super) async fn begun(&self) {
        self.begun.notified().await;
    }

    fn looks(&self) -> MutexGuard<'_, Looks> {
        self.looks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_over(last: Instant, now: Instant) -> bool {
    now.duration_since(last) > LASTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_lasts_for_a_while_and_only_the_first_begins_one() {
        let (look, begin) = (Look::nobody(), Instant::now());
        let at = |seconds| begin + Duration::from_secs(seconds);
        assert_eq!(look.since(at(0)), None);
        assert!(look.here(at(1)));
        assert!(!look.here(at(20)));
        assert_eq!(look.since(at(50)), Some(at(1)));
        assert_eq!(look.since(at(51)), None);
        assert!(look.elsewhere(at(60)));
        assert_eq!((look.since(at(61)), look.is_here(at(61))), (Some(at(60)), false));
    }
}
