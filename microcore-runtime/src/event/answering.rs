//! The requests whose answers are under way, by name: a stop that waits for them can say for whom.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The names, one per answer.
#[derive(Debug, Default)]
pub(super) struct Answering(Mutex<Vec<&'static str>>);

/// An answer that is under way, until this is dropped.
pub(super) struct UnderWay {
    all: &'static Answering,
    name: &'static str,
}

impl Answering {
    pub(super) fn begin(&'static self, name: &'static str) -> UnderWay {
        self.locked().push(name);
        UnderWay { all: self, name }
    }

    pub(super) fn names(&self) -> Vec<&'static str> {
        self.locked().clone()
    }

    fn locked(&self) -> MutexGuard<'_, Vec<&'static str>> {
        // Nothing that holds the lock can panic halfway.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut names = self.all.locked();
        if let Some(place) = names.iter().position(|name| *name == self.name) {
            names.swap_remove(place);
        }
    }
}
