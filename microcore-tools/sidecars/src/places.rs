//! How many of a kind there may be at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A count of places that are taken.
#[derive(Debug, Default)]
pub(crate) struct Places(Arc<AtomicUsize>);

/// One that is taken, until this is dropped.
#[derive(Debug)]
pub(crate) struct Place(Arc<AtomicUsize>);

impl Places {
    /// Takes one, where fewer than `most` are taken.
    pub(crate) fn take(&self, most: usize) -> Option<Place> {
        let more = |taken: usize| (taken < most).then_some(taken + 1);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok()?;
        Some(Place(Arc::clone(&self.0)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_no_more_than_that_and_one_that_is_dropped_is_free_again() {
        let places = Places::default();
        let taken: Vec<_> = (0..3).map_while(|_| places.take(2)).collect();
        assert_eq!(taken.len(), 2);
        drop(taken);
        assert!(places.take(1).is_some());
    }
}
