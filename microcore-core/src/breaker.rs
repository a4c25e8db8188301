//! What keeps failing is paused, probed by a single try, and resumed or paused for longer: a subscriber of the bus, the
//! server of somebody else.
//!
//! In: how tries ended. Out: what changes. Nothing is given up for good, and the clock is the caller's.

use std::time::Duration;

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(5 * 60);

/// Closed while tries succeed, open while there is a pause, half open while one try probes.
///
/// The bus has one per subscriber, and a try is a delivery; `fetch` has one per server, and a try is a call.
///
/// ```
/// use std::time::Duration;
/// use microcore_core::breaker::{Breaker, Change};
///
/// let pause = Duration::from_secs(30);
/// let mut bank = Breaker::new(2, pause);
/// assert_eq!(bank.failed(), Change::None);
/// assert_eq!(bank.failed(), Change::Paused { pause, failures: 2 });
/// // Nothing is tried for half a minute. Then:
/// bank.probe();
/// assert_eq!(bank.succeeded(), Change::Resumed);
/// ```
#[derive(Debug)]
pub struct Breaker {
    threshold: u32,
    pause: Duration,
    failures: u32,
    /// How often in a row it was paused; 0 while closed.
    pauses: u32,
    /// Whether a pause is over and a single delivery is tried.
    probing: bool,
}

/// What the end of a try changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    None,
    /// From now on nothing is tried until the pause is over; then there is a single try.
    Paused {
        /// How long.
        pause: Duration,
        /// How many tries failed for good in a row.
        failures: u32,
    },
    /// A try succeeded again.
    Resumed,
}

impl Breaker {
    /// Pauses after `threshold` tries in a row that failed for good; `0` never does.
    pub fn new(threshold: u32, pause: Duration) -> Self {
        Self { threshold, pause, failures: 0, pauses: 0, probing: false }
    }

    /// Whether it is paused or being probed.
    pub fn is_open(&self) -> bool {
        self.pauses > 0
    }

    /// The pause is over: the next try is the probe.
    pub fn probe(&mut self) {
        self.probing = true;
    }

    /// How many tries failed for good in a row.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// A try succeeded.
    pub fn succeeded(&mut self) -> Change {
        self.failures = 0;
        self.probing = false;
        if std::mem::take(&mut self.pauses) > 0 { Change::Resumed } else { Change::None }
    }

    /// A try failed for good.
    pub fn failed(&mut self) -> Change {
        self.failures = self.failures.saturating_add(1);
        // One that began before the pause and ends in it says nothing new.
        let ends_in_pause = self.is_open() && !self.probing;
        if self.threshold == 0 || self.failures < self.threshold || ends_in_pause {
            return Change::None;
        }
        self.probing = false;
        let pause = self.pause.saturating_mul(2_u32.saturating_pow(self.pauses)).min(LONGEST.max(self.pause));
        self.pauses = self.pauses.saturating_add(1);
        Change::Paused { pause, failures: self.failures }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_after_a_streak_and_for_longer_each_time() {
        let mut breaker = Breaker::new(3, Duration::from_secs(30));
        assert_eq!([breaker.failed(), breaker.failed()], [Change::None; 2]);
        assert_eq!(breaker.failed(), Change::Paused { pause: Duration::from_secs(30), failures: 3 });
        assert_eq!(breaker.failed(), Change::None, "it began before the pause");
        breaker.probe();
        assert_eq!(breaker.failed(), Change::Paused { pause: Duration::from_secs(60), failures: 5 });
        assert!(breaker.is_open());
        assert_eq!(breaker.succeeded(), Change::Resumed);
        assert_eq!([breaker.failed(), breaker.succeeded(), breaker.failed(), breaker.failed()], [Change::None; 4]);
    }

    #[test]
    fn a_threshold_of_none_never_pauses() {
        let mut breaker = Breaker::new(0, Duration::ZERO);
        assert!((0..100).all(|_| breaker.failed() == Change::None));
    }
}
