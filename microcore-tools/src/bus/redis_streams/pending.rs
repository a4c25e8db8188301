//! What this process knows of its subscribers: for whom there may be something to claim, and when the next is due. By the
//! monotonic clock: the server says how long it is until then.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use microcore_runtime::event::Subscriber;
use tokio::sync::Notify;

/// One for all subscribers.
#[derive(Debug, Default)]
pub(super) struct Pending {
    of: Mutex<HashMap<usize, One>>,
    pub(super) changed: Notify,
}

#[derive(Debug, Clone, Copy, Default)]
struct One {
    /// There may be something now.
    now: bool,
    due: Option<Instant>,
}

impl Pending {
    /// There may be something for these.
    pub(super) fn mark(&self, whose: &[&'static Subscriber]) {
        {
            let mut of = self.of();
            for subscriber in whose {
                of.entry(subscriber.number).or_default().now = true;
            }
        }
        self.changed.notify_one();
    }

    /// Those of these for whom there may be something, which is known no longer. What is due for the others waits for
    /// them.
    pub(super) fn take(&self, room: Vec<(&'static Subscriber, usize)>) -> Vec<(&'static Subscriber, usize)> {
        let now = Instant::now();
        let mut of = self.of();
        for one in of.values_mut().filter(|one| one.due.is_some_and(|due| due <= now)) {
            *one = One { now: true, due: None };
        }
        room.into_iter()
            .filter(|(subscriber, _)| {
                let one = of.entry(subscriber.number).or_default();
                std::mem::take(&mut one.now)
            })
            .collect()
    }

    /// So long it is until more is due for this one.
    pub(super) fn note(&self, subscriber: &'static Subscriber, wait: Option<Duration>) {
        self.of().entry(subscriber.number).or_default().due = wait.and_then(|wait| Instant::now().checked_add(wait));
    }

    /// When the next is due, of all of them.
    pub(super) fn next(&self) -> Option<Instant> {
        self.of().values().filter_map(|one| one.due).min()
    }

    fn of(&self) -> MutexGuard<'_, HashMap<usize, One>> {
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
