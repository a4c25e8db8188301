//! What a meter has measured, as plain numbers.

use std::time::Duration;

use super::{BOUNDS, PLACES};

#[cfg_attr(not(feature = "observe"), allow(dead_code, reason = "nothing is read then"))]
pub(super) const NONE: Option<Slowest> = None;

/// The numbers of one meter, since the start of the process.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// How often it began.
    pub begun: u64,
    /// How long all took together, in nanoseconds.
    pub nanos: u64,
    /// How often it ended in which way, in the order of the meter's list.
    pub outcomes: Vec<u64>,
    /// How many took how long; see [`BOUNDS`]. The last place is for longer times.
    pub grid: [u64; PLACES],
    /// The slowest since it was last asked for in full.
    pub slowest: Option<Slowest>,
}

/// One that was slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slowest {
    /// How long it took, in nanoseconds.
    pub nanos: u64,
    /// The trace that it belongs to, as two words; zeros where it belongs to none.
    pub trace: [u64; 2],
}

impl Reading {
    /// How many have ended and were timed.
    pub fn count(&self) -> u64 {
        self.grid.iter().sum()
    }

    /// How many have begun and not ended.
    pub fn in_flight(&self) -> u64 {
        self.begun.saturating_sub(self.count())
    }

    /// The time within which the share `part` of all has ended, `0.99` for 99 of 100: between two bounds, in proportion.
    /// `None` where nothing has. What took longer than the last bound counts as that.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a count"
    )]
    pub fn within(&self, part: f64) -> Option<Duration> {
        let count = self.count();
        if count == 0 {
            return None;
        }
        let rank = (part.clamp(0.0, 1.0) * count as f64).max(1.0);
        let mut below = 0_u64;
        for (place, here) in self.grid.iter().copied().enumerate() {
            if here > 0 && (below + here) as f64 >= rank {
                let upper = BOUNDS.get(place).copied().unwrap_or(BOUNDS[PLACES - 2]);
                let lower = if place == 0 { 0 } else { BOUNDS[place - 1] };
                let share = (rank - below as f64) / here as f64;
                return Some(Duration::from_nanos(lower + ((upper - lower) as f64 * share) as u64));
            }
            below += here;
        }
        None
    }

    /// What came since an earlier reading of the same meter. The slowest is that of the later one.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut since = self.clone();
        since.begun = since.begun.wrapping_sub(earlier.begun);
        since.nanos = since.nanos.wrapping_sub(earlier.nanos);
        since.outcomes.iter_mut().zip(&earlier.outcomes).for_each(|(now, then)| *now = now.wrapping_sub(*then));
        since.grid.iter_mut().zip(&earlier.grid).for_each(|(now, then)| *now = now.wrapping_sub(*then));
        since
    }

    /// This and another one as one.
    pub fn add(&mut self, other: &Self) {
        self.begun = self.begun.wrapping_add(other.begun);
        self.nanos = self.nanos.wrapping_add(other.nanos);
        self.outcomes.iter_mut().zip(&other.outcomes).for_each(|(sum, more)| *sum = sum.wrapping_add(*more));
        self.grid.iter_mut().zip(&other.grid).for_each(|(sum, more)| *sum = sum.wrapping_add(*more));
        self.slowest = self.slowest.into_iter().chain(other.slowest).max_by_key(|slowest| slowest.nanos);
    }
}
