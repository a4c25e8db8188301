//! A point in time that costs little to take: a look at the processor's own counter, where it has one that is steady.
//!
//! For what is recorded, not for what is waited for: a clock that a test stops does not stop this one.

use std::sync::LazyLock;
use std::time::Duration;

use quanta::Clock;

use super::envelope::wall_clock;
use super::millis;

/// Compared with the system's clock once per process, which takes less than a millisecond.
static CLOCK: LazyLock<Clock> = LazyLock::new(Clock::new);

/// A point in time within this process, in ticks of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

impl Moment {
    /// Now.
    #[inline]
    pub fn now() -> Self {
        Self(CLOCK.raw())
    }

    /// How long after an earlier one; nothing where it is none.
    pub fn since(self, earlier: Self) -> Duration {
        CLOCK.delta(earlier.0, self.0)
    }

    /// By the wall clock: milliseconds since 1970.
    pub fn wall_clock(self) -> u64 {
        wall_clock().saturating_sub(millis(Self::now().since(self)))
    }

    #[inline]
    pub(super) fn ticks(self) -> u64 {
        self.0
    }

    #[inline]
    pub(super) fn of_ticks(ticks: u64) -> Self {
        Self(ticks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_as_the_clock_does() {
        let (clock, moment, wall) = (std::time::Instant::now(), Moment::now(), wall_clock());
        while clock.elapsed() < Duration::from_millis(20) {
            std::hint::spin_loop();
        }
        let (passed, elapsed) = (Moment::now().since(moment), clock.elapsed());
        assert!(passed >= Duration::from_millis(19) && passed <= elapsed + Duration::from_millis(1), "{passed:?}");
        assert!(moment.wall_clock().abs_diff(wall) < 5, "{} against {wall}", moment.wall_clock());
        assert_eq!(moment.since(Moment::now()), Duration::ZERO);
    }
}
