//! A point in time that costs little to take: a look at the processor's own counter, where it has one that is steady.
//!
//! For what is recorded, not for what is waited for: a clock that a test stops does not stop this one.

use std::sync::LazyLock;
use std::time::Duration;

use quanta::Clock;

use super::envelope::wall_clock;
use super::millis;

/// Compared with the system's clock once per process, before the first event: half a millisecond on a quiet machine, and
/// never more than 200 ms.
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
    use std::time::Instant;

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
        // Both clocks read the same counter; a thousandth of what passed is what comparing them may miss.
        let missed = most / 1000;
        assert!(passed + missed >= least && passed <= most + missed, "{least:?} <= {passed:?} <= {most:?}");
        let (earliest, latest) = (wall.saturating_sub(5), wall_after + 5);
        let said = moment.wall_clock();
        assert!((earliest..=latest).contains(&said), "{earliest} <= {said} <= {latest}");
        assert_eq!(moment.since(Moment::now()), Duration::ZERO);
    }
}
