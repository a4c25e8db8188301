//! What one thread has counted in one meter.

use std::sync::atomic::{AtomicU64, Ordering};

use super::grid::{PLACES, place};
use super::seat::{SHARED, add, add_alone};

/// Lines of the cache of its own: no thread disturbs another.
#[derive(Debug)]
#[repr(C, align(64))]
pub(super) struct Counts<const OUTCOMES: usize> {
    begun: AtomicU64,
    nanos: AtomicU64,
    outcomes: [AtomicU64; OUTCOMES],
    grid: [AtomicU64; PLACES],
}

impl<const OUTCOMES: usize> Counts<OUTCOMES> {
    pub(super) const fn new() -> Self {
        Self {
            begun: AtomicU64::new(0),
            nanos: AtomicU64::new(0),
            outcomes: [const { AtomicU64::new(0) }; OUTCOMES],
            grid: [const { AtomicU64::new(0) }; PLACES],
        }
    }

    #[inline]
    pub(super) fn begin(&self, seat: usize) {
        add(&self.begun, seat, 1);
    }

    /// One question for all three words, whether the seat is shared.
    #[inline]
    pub(super) fn end(&self, seat: usize, nanos: u64, outcome: usize) {
        if seat == SHARED {
            return self.end_shared(nanos, outcome);
        }
        add_alone(&self.nanos, nanos);
        add_alone(&self.outcomes[outcome], 1);
        add_alone(&self.grid[place(nanos)], 1);
    }

    #[cold]
    fn end_shared(&self, nanos: u64, outcome: usize) {
        add(&self.nanos, SHARED, nanos);
        add(&self.outcomes[outcome], SHARED, 1);
        add(&self.grid[place(nanos)], SHARED, 1);
    }

    #[inline]
    pub(super) fn ended(&self, seat: usize, outcome: usize) {
        add(&self.outcomes[outcome], seat, 1);
    }

    /// What has ended before what has begun: whatever is read meanwhile, nothing ends that has not begun.
    pub(super) fn read_into(&self, [nanos, begun]: [&mut u64; 2], outcomes: &mut [u64], grid: &mut [u64; PLACES]) {
        let read = |sum: &mut u64, word: &AtomicU64| *sum = sum.wrapping_add(word.load(Ordering::Relaxed));
        grid.iter_mut().zip(&self.grid).for_each(|(sum, word)| read(sum, word));
        outcomes.iter_mut().zip(&self.outcomes).for_each(|(sum, word)| read(sum, word));
        read(nanos, &self.nanos);
        read(begun, &self.begun);
    }
}
