//! Deliveries that failed for good: kept until somebody replays or discards them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::Envelope;

/// A delivery that failed for good.
///
/// ```
/// use microcore_runtime::event::{DeadLetter, Envelope};
///
/// /// The numbers of those that are of one tenant, for `bus.replay`.
/// fn of_tenant(letters: &[DeadLetter], tenant: &str) -> Vec<u64> {
///     let is_theirs = |envelope: &Envelope| envelope.headers.get("tenant").is_some_and(|name| name == tenant);
///     letters.iter().filter(|letter| is_theirs(&letter.envelope)).map(|letter| letter.id).collect()
/// }
/// # assert!(of_tenant(&[], "north").is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[non_exhaustive]
pub struct DeadLetter {
    /// Its number in the store.
    pub id: u64,
    /// The subscriber that failed: `mail.welcome_email.send`.
    pub subscriber: String,
    /// The event's envelope.
    pub envelope: Envelope,
    /// The event's fields as JSON; as it came, where it could not be read.
    pub payload: String,
    /// What went wrong, with its causes.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up: milliseconds since 1970.
    pub failed_at: u64,
}

impl DeadLetter {
    /// One of which nothing else is known yet.
    pub fn new(id: u64, subscriber: impl Into<String>, envelope: Envelope, payload: String) -> Self {
        Self { id, subscriber: subscriber.into(), envelope, payload, error: String::new(), attempts: 0, failed_at: 0 }
    }
}

/// Dead letters in memory, for a transport that keeps nothing on disk.
#[derive(Debug)]
pub struct DeadLetters {
    kept: Mutex<Kept>,
    capacity: usize,
}

#[derive(Debug, Default)]
struct Kept {
    letters: VecDeque<DeadLetter>,
    last: u64,
}

impl DeadLetters {
    /// Keeps the newest `capacity`.
    pub fn new(capacity: usize) -> Self {
        Self { kept: Mutex::default(), capacity }
    }

    /// Keeps a letter and gives it its number. The oldest goes where there is no room, and the log says so.
    pub fn add(&self, letter: DeadLetter) -> u64 {
        let mut kept = self.kept();
        kept.last += 1;
        let id = kept.last;
        kept.letters.push_back(DeadLetter { id, ..letter });
        let dropped = (kept.letters.len() > self.capacity).then(|| kept.letters.pop_front()).flatten();
        drop(kept);
        if let Some(letter) = dropped {
            tracing::error!(
                subscriber = letter.subscriber, event = letter.envelope.event, id = %letter.envelope.id,
                "a dead letter was dropped: more than {} are kept", self.capacity
            );
        }
        id
    }

    /// Up to `limit`, the oldest first.
    pub fn list(&self, limit: usize) -> Vec<DeadLetter> {
        self.kept().letters.iter().take(limit).cloned().collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.kept().letters.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes one out.
    pub fn take(&self, id: u64) -> Option<DeadLetter> {
        let mut kept = self.kept();
        let index = kept.letters.iter().position(|letter| letter.id == id)?;
        kept.letters.remove(index)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing that holds the lock can panic halfway.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
