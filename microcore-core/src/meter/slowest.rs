//! The slowest since it was last asked for, and the trace that it belongs to.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::{CURRENT_TRACE, reading};

/// All zero while there is none.
#[derive(Debug)]
pub(super) struct Slowest {
    nanos: AtomicU64,
    /// The time and the trace's two words. Whoever is slower than all before holds it, and nobody else does.
    sample: Mutex<[u64; 3]>,
}

impl Slowest {
    pub(super) const fn new() -> Self {
        Self { nanos: AtomicU64::new(0), sample: Mutex::new([0; 3]) }
    }

    #[inline]
    pub(super) fn note(&self, nanos: u64) {
        if nanos > self.nanos.load(Ordering::Relaxed) {
            self.replace(nanos);
        }
    }

    #[cold]
    fn replace(&self, nanos: u64) {
        self.nanos.fetch_max(nanos, Ordering::Relaxed);
        // Nobody waits: of two that come at once one is as good as the other.
        if let Ok(mut sample) = self.sample.try_lock()
            && nanos > sample[0]
        {
            let [high, low] = CURRENT_TRACE.get().and_then(|current| current()).unwrap_or_default();
            *sample = [nanos, high, low];
        }
    }

    pub(super) fn look(&self) -> Option<reading::Slowest> {
        let [nanos, high, low] = *self.sample.lock().unwrap_or_else(PoisonError::into_inner);
        (nanos > 0).then_some(reading::Slowest { nanos, trace: [high, low] })
    }

    pub(super) fn forget(&self) {
        *self.sample.lock().unwrap_or_else(PoisonError::into_inner) = [0; 3];
        self.nanos.store(0, Ordering::Relaxed);
    }
}
