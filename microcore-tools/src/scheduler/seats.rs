//! The handlers of this process that are under way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many there are.
#[derive(Debug, Default)]
pub(super) struct Seats(AtomicUsize);

impl Seats {
    pub(super) fn taken(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }

    pub(super) fn take(self: &Arc<Self>) -> Seat {
        self.0.fetch_add(1, Ordering::AcqRel);
        Seat(Arc::clone(self))
    }
}

/// That of one handler, from its claim to its last word.
#[derive(Debug)]
pub(super) struct Seat(Arc<Seats>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::AcqRel);
    }
}
