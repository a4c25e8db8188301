//! How often a failing delivery is repeated, and after which wait.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use crate::error::Error;

/// The longest wait between two attempts, jitter aside.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// `retries` repetitions; the wait starts at `backoff` and doubles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    retries: u32,
    backoff: Duration,
}

impl Retry {
    /// Backoff in milliseconds.
    pub const fn new(retries: u32, backoff_ms: u64) -> Self {
        Self { retries, backoff: Duration::from_millis(backoff_ms) }
    }

    /// How often a delivery is tried at the most.
    pub const fn attempts(self) -> u32 {
        self.retries.saturating_add(1)
    }

    /// The shortest wait after failing attempt number `attempt`, counted from 1; `None` where there is no further one.
    pub fn wait_after(self, attempt: u32) -> Option<Duration> {
        (attempt <= self.retries).then(|| {
            let factor = 2_u32.saturating_pow(attempt.saturating_sub(1));
            self.backoff.saturating_mul(factor).min(LONGEST)
        })
    }

    /// The wait after this failure, with its share of chance; none where trying again can't help.
    pub fn after(self, attempt: u32, error: &Error) -> Option<Duration> {
        if error.is_permanent() { None } else { self.jittered_after(attempt) }
    }

    /// The same with up to a quarter on top, so that deliveries that failed together do not come back together.
    pub fn jittered_after(self, attempt: u32) -> Option<Duration> {
        self.wait_after(attempt).map(|wait| {
            // A fresh `RandomState` is a fresh random number; nothing here needs a better one.
            let share = u32::try_from(RandomState::new().hash_one(attempt) % 256).unwrap_or_default();
            wait + wait / 4 * share / 256
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_ends() {
        let retry = Retry::new(3, 500);
        let waits: Vec<_> = (1..=4).map(|attempt| retry.wait_after(attempt).map(|wait| wait.as_millis())).collect();
        assert_eq!(waits, [Some(500), Some(1_000), Some(2_000), None]);
        assert_eq!(Retry::new(0, 500).wait_after(1), None);
        assert_eq!(Retry::new(u32::MAX, u64::MAX).wait_after(u32::MAX), Some(LONGEST));
    }

    #[test]
    fn jitter_adds_up_to_a_quarter_and_differs() {
        let retry = Retry::new(1, 1_000);
        let waits: Vec<u128> = (0..200).filter_map(|_| retry.jittered_after(1)).map(|wait| wait.as_millis()).collect();
        assert!(waits.iter().all(|wait| (1_000..1_250).contains(wait)), "{waits:?}");
        assert!(waits.iter().any(|wait| wait != &waits[0]), "all the same");
    }
}
