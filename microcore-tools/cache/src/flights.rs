//! One loader per key. In: a key. Out: a turn, which one task has at a time; whoever waited while a load failed gets the
//! failure instead, so that an outage costs a crowd one load and not one each.
//!
//! A task that is dropped while it loads gives its turn to the next: nothing waits for somebody who has left.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use microcore::error::{Error, Kind, Result};

/// The loads that are under way, by key.
type UnderWay = Arc<Mutex<HashMap<String, Weak<Load>>>>;

/// See [`UnderWay`].
#[derive(Debug, Default)]
pub(super) struct Flights(UnderWay);

/// What all who want one key share.
#[derive(Debug, Default)]
struct Load {
    /// Held by whoever loads; inside is why the last load failed.
    turns: tokio::sync::Mutex<Option<(Kind, String)>>,
    /// How many loads have failed. It changes while the turn is held.
    failures: AtomicU64,
}

/// One of those who want a key.
pub(super) struct Flight {
    key: String,
    load: Option<Arc<Load>>,
    under_way: UnderWay,
    /// How many loads had failed when this one joined.
    joined_at: u64,
}

/// The right to load.
pub(super) struct Turn<'f> {
    load: &'f Load,
    failure: tokio::sync::MutexGuard<'f, Option<(Kind, String)>>,
}

impl Flights {
    /// Joins those who want this key.
    pub(super) fn of(&self, key: &str) -> Flight {
        let mut under_way = lock(&self.0);
        let known = under_way.get(key).and_then(Weak::upgrade);
        let load = known.unwrap_or_else(|| {
            let made = Arc::new(Load::default());
            under_way.insert(key.to_owned(), Arc::downgrade(&made));
            made
        });
        let joined_at = load.failures.load(Ordering::Acquire);
        Flight { key: key.to_owned(), load: Some(load), under_way: Arc::clone(&self.0), joined_at }
    }
}

impl Flight {
    /// Waits for the turn; a load that failed meanwhile is the answer.
    pub(super) async fn turn(&self) -> Result<Turn<'_>> {
        let load = self.load.as_deref().expect("it is there until the flight is dropped");
        let failure = load.turns.lock().await;
        match &*failure {
            Some((kind, said)) if load.failures.load(Ordering::Acquire) > self.joined_at => {
                Err(Error::of(*kind, said.clone()))
            }
            _ => Ok(Turn { load, failure }),
        }
    }
}

impl Turn<'_> {
    /// Tells those who wait.
    pub(super) fn failed(&mut self, error: &Error) {
        // What a client may read stays that; what it may not is for the log, with its causes.
        let is_opaque = matches!(error.kind(), Kind::Internal | Kind::Unavailable);
        let said = if is_opaque { error.to_string() } else { error.public_message().to_owned() };
        *self.failure = Some((error.kind(), said));
        self.load.failures.fetch_add(1, Ordering::Release);
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut under_way = lock(&self.under_way);
        self.load = None;
        if under_way.get(&self.key).is_some_and(|load| load.strong_count() == 0) {
            under_way.remove(&self.key);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_of_a_flight_that_is_over() {
        let flights = Flights::default();
        let (one, other) = (flights.of("a"), flights.of("a"));
        drop(one);
        assert_eq!(lock(&flights.0).len(), 1);
        drop(other);
        assert!(lock(&flights.0).is_empty());
    }

    #[tokio::test]
    async fn a_failure_is_for_those_who_waited_and_for_nobody_who_came_later() {
        let flights = Flights::default();
        let (first, waits) = (flights.of("a"), flights.of("a"));
        let mut turn = first.turn().await.map_err(|error| error.to_string()).expect("nobody loads");
        turn.failed(&Error::conflict("closed"));
        let late = flights.of("a");
        drop(turn);
        assert_eq!(waits.turn().await.err().map(|error| error.status()), Some(409));
        assert!(late.turn().await.is_ok());
    }
}
