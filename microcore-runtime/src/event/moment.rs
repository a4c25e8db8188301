//! A point in time of what is recorded, as one number.
//!
//! Not for what is waited for: a clock that a test stops does not stop this one.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use super::envelope::wall_clock;
use super::millis;

/// Before the first event.
static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A point in time within this process: nanoseconds since its beginning, for 584 years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// Now.
    #[inline]
    pub fn now() -> Self {
        Self(u64::try_from(BEGINNING.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }

    /// That of an instant; of one before the beginning, the beginning.
    #[inline]
    pub(crate) fn of(at: Instant) -> Self {
        Self(u64::try_from(at.saturating_duration_since(*BEGINNING).as_nanos()).unwrap_or(u64::MAX))
    }

    /// So many nanoseconds later.
    #[inline]
    pub(crate) fn after(self, nanos: u64) -> Self {
        Self(self.0.saturating_add(nanos))
    }

    /// How long after an earlier one; nothing where it is none.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// By the wall clock: milliseconds since 1970.
    pub fn wall_clock(self) -> u64 {
        wall_clock().saturating_sub(millis(Self::now().since(self)))
    }

    #[inline]
    pub(crate) fn ticks(self) -> u64 {
        self.0
    }

    #[inline]
    pub(crate) fn of_ticks(ticks: u64) -> Self {
        Self(ticks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_as_the_clock_does() {
        Moment::now();
        let (before, wall) = (Instant::now(), wall_clock());
        let moment = Moment::now();
        let (begun, wall_after) = (Instant::now(), wall_clock());
        while begun.elapsed() < Duration::from_millis(20) {
            std::hint::spin_loop();
        }
        let (least, passed, most) = (begun.elapsed(), Moment::now().since(moment), before.elapsed());
        assert!(least <= passed && passed <= most, "{least:?} <= {passed:?} <= {most:?}");
        let (earliest, latest) = (wall.saturating_sub(5), wall_after + 5);
        let said = moment.wall_clock();
        assert!((earliest..=latest).contains(&said), "{earliest} <= {said} <= {latest}");
        assert_eq!(moment.since(Moment::now()), Duration::ZERO);
    }
}
