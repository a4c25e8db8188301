//! What time it is: the store's clock, carried on by this process's monotonic one between two looks; or a test's, which
//! stands still until it is moved.

use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A clock that was set back by less than this is none that was set back.
const WAVERING: i64 = 2_000;

/// The clock of a scheduler. Milliseconds since 1970.
#[derive(Debug)]
pub(super) struct Clock {
    /// What the store said, and when.
    said: Mutex<(i64, Instant)>,
    is_test: bool,
}

impl Clock {
    pub(super) fn of_the_process() -> Self {
        Self { said: Mutex::new((wall_clock(), Instant::now())), is_test: false }
    }

    pub(super) fn of_a_test(at: i64) -> Self {
        Self { said: Mutex::new((at, Instant::now())), is_test: true }
    }

    pub(super) fn is_test(&self) -> bool {
        self.is_test
    }

    pub(super) fn now(&self) -> i64 {
        let (said, at) = *self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_test { said } else { said + i64::try_from(at.elapsed().as_millis()).unwrap_or(i64::MAX) }
    }

    /// The store says that it is `now`; whether its clock was set back.
    pub(super) fn says(&self, now: i64) -> bool {
        if self.is_test {
            return false;
        }
        let before = self.now();
        *self.said.lock().unwrap_or_else(PoisonError::into_inner) = (now, Instant::now());
        now < before - WAVERING
    }

    /// A test's: from now on it is this.
    pub(super) fn stands_at(&self, now: i64) {
        *self.said.lock().unwrap_or_else(PoisonError::into_inner) = (now, Instant::now());
    }
}

/// This machine's.
pub(super) fn wall_clock() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
