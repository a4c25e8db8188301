//! A word that threads share: the real one, or that of the model checker, which tries all orders in which threads can
//! meet.

use std::sync::atomic::{AtomicU64, Ordering};

pub(super) trait Word {
    /// What is in there, as far as this thread knows.
    fn look(&self) -> u64;
    /// Replaces it. The word has one writer at a time, so nothing is lost.
    fn put(&self, value: u64);
    /// Adds, where several threads write.
    fn add(&self, more: u64);
    /// Replaces `seen` unless another thread was first. What whoever [freed](Word::free) a bit of it had written is seen
    /// from then on.
    fn claim(&self, seen: u64, value: u64) -> bool;
    /// Takes bits away. What this thread wrote before is seen by whoever claims them.
    fn free(&self, bits: u64);
}

impl Word for AtomicU64 {
    #[inline]
    fn look(&self) -> u64 {
        self.load(Ordering::Relaxed)
    }

    #[inline]
    fn put(&self, value: u64) {
        self.store(value, Ordering::Relaxed);
    }

    #[inline]
    fn add(&self, more: u64) {
        self.fetch_add(more, Ordering::Relaxed);
    }

    fn claim(&self, seen: u64, value: u64) -> bool {
        self.compare_exchange(seen, value, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    fn free(&self, bits: u64) {
        self.fetch_and(!bits, Ordering::Release);
    }
}
