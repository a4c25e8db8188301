//! What was published, for tests.

use std::any::Any;
use std::sync::{Arc, Mutex, PoisonError};

/// Every event of a test, in the order of publishing.
#[derive(Default)]
pub(super) struct Recorder(Mutex<Vec<Arc<dyn Any + Send + Sync>>>);

impl Recorder {
    pub(super) fn record<E: Send + Sync + 'static>(&self, event: &Arc<E>) {
        self.record_any(Arc::<E>::clone(event));
    }

    pub(super) fn record_any(&self, event: Arc<dyn Any + Send + Sync>) {
        self.events().push(event);
    }

    pub(super) fn of<E: Send + Sync + 'static>(&self) -> Vec<Arc<E>> {
        self.events().iter().filter_map(|event| Arc::clone(event).downcast::<E>().ok()).collect()
    }

    fn events(&self) -> std::sync::MutexGuard<'_, Vec<Arc<dyn Any + Send + Sync>>> {
        // A test that panicked while it held the lock has failed already; what is in there is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
