//! What a test sees of its bus, and what it answers itself.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use microcore_runtime::error::Result;

/// An event of any type.
pub(super) type AnyEvent = Arc<dyn Any + Send + Sync>;
/// From an event to its reply, in a box.
type Answer = Arc<dyn Fn(AnyEvent) -> Result<Box<dyn Any + Send>> + Send + Sync>;

/// Every event of a test, in the order of publishing, and the test's own answers.
#[derive(Default)]
pub(super) struct Recorder {
    events: Mutex<Vec<AnyEvent>>,
    answers: Mutex<HashMap<TypeId, Answer>>,
}

impl Recorder {
    pub(super) fn record<E: Send + Sync + 'static>(&self, event: &Arc<E>) {
        self.record_any(Arc::<E>::clone(event));
    }

    pub(super) fn record_any(&self, event: AnyEvent) {
        locked(&self.events).push(event);
    }

    /// It was not accepted after all.
    pub(super) fn forget(&self, event: &AnyEvent) {
        locked(&self.events).retain(|kept| !Arc::ptr_eq(kept, event));
    }

    pub(super) fn of<E: Send + Sync + 'static>(&self) -> Vec<Arc<E>> {
        locked(&self.events).iter().filter_map(|event| Arc::clone(event).downcast::<E>().ok()).collect()
    }

    /// From now on requests of this type are answered like this.
    pub(super) fn answer<E, Reply>(&self, answer: impl Fn(Arc<E>) -> Result<Reply> + Send + Sync + 'static)
    where
        E: Send + Sync + 'static,
        Reply: Send + 'static,
    {
        let boxed = move |event: AnyEvent| {
            let event = event.downcast::<E>().expect("answers are kept by the type of their request");
            answer(event).map(|reply| -> Box<dyn Any + Send> { Box::new(reply) })
        };
        locked(&self.answers).insert(TypeId::of::<E>(), Arc::new(boxed));
    }

    /// The test's own answer, where it has one.
    pub(super) fn answered<E, Reply>(&self, event: &Arc<E>) -> Option<Result<Reply>>
    where
        E: Send + Sync + 'static,
        Reply: Send + 'static,
    {
        // Not while the lock is held: an answer may ask in turn.
        let answer = locked(&self.answers).get(&TypeId::of::<E>()).map(Arc::clone)?;
        let reply = answer(Arc::<E>::clone(event));
        Some(reply.map(|reply| *reply.downcast::<Reply>().expect("a request has one type of reply")))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A test that panicked while it held the lock has failed already; what is in there is whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
