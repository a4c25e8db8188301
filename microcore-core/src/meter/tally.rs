//! A count without times.

#[cfg(feature = "observe")]
use std::sync::atomic::{AtomicU64, Ordering};

#[cfg(feature = "observe")]
use super::seat::{SEATS, add, seat};

/// Counts one thing, a thread beside the other.
#[derive(Debug)]
pub struct Tally {
    #[cfg(feature = "observe")]
    seats: [OwnLine; SEATS],
}

#[cfg(feature = "observe")]
#[derive(Debug)]
#[repr(align(64))]
struct OwnLine(AtomicU64);

impl Default for Tally {
    fn default() -> Self {
        Self::NEW
    }
}

impl Tally {
    /// Nothing was counted yet.
    #[allow(clippy::declare_interior_mutable_const, reason = "what a static begins with, and never used in place")]
    pub const NEW: Self = Self {
        #[cfg(feature = "observe")]
        seats: [const { OwnLine(AtomicU64::new(0)) }; SEATS],
    };

    /// One more.
    #[inline]
    pub fn add(&self, more: u64) {
        #[cfg(feature = "observe")]
        {
            let seat = seat();
            add(&self.seats[seat].0, seat, more);
        }
        #[cfg(not(feature = "observe"))]
        let _ = more;
    }

    /// All that was counted.
    pub fn read(&self) -> u64 {
        #[cfg(feature = "observe")]
        return self.seats.iter().fold(0, |sum, line| sum.wrapping_add(line.0.load(Ordering::Relaxed)));
        #[cfg(not(feature = "observe"))]
        0
    }
}
