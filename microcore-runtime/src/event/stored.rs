//! An event that comes back from a store: read, handed to its handler once; and whose turn it is in a group.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::Event;
use super::delivery::attempt_once;
use crate::error::{Error, Result};
use crate::plugin::Down;

/// Why a stored event was not handled.
#[derive(Debug)]
pub enum Undelivered {
    /// It can't be read as the event that it is said to be: no repetition helps.
    Unreadable(String),
    /// The subscriber's plugin is off: it stays in the store.
    Off(Down),
    /// The handler failed, or panicked.
    Failed(Error),
}

impl Undelivered {
    /// As the error that is logged and kept.
    pub fn into_error(self) -> Error {
        match self {
            Self::Unreadable(why) => Error::internal(format!("the stored event can't be read: {why}")),
            Self::Off(down) => down.to_error(),
            Self::Failed(error) => error,
        }
    }
}

/// Reads a stored event.
pub fn read_event<E: Event>(payload: &[u8]) -> Result<Arc<E>, Undelivered> {
    serde_json::from_slice(payload).map(Arc::new).map_err(|error| Undelivered::Unreadable(error.to_string()))
}

/// Reads a stored event and hands it to a handler, once.
pub async fn receive<E: Event, Handling>(
    payload: &[u8],
    handler: impl FnOnce(Arc<E>) -> Handling,
) -> Result<(), Undelivered>
where
    Handling: Future<Output = Result<()>> + Send,
{
    let event = read_event::<E>(payload)?;
    attempt_once(handler(event)).await.map_err(Undelivered::Failed)
}

/// Whose turn it is among the members of a group.
#[derive(Debug, Default)]
pub struct Turns(AtomicUsize);

impl Turns {
    /// The first turn.
    pub const fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// The next turn.
    pub fn next(&self) -> usize {
        self.0.fetch_add(1, Ordering::Relaxed)
    }
}

/// The member of a group whose turn it is, among those that are in service.
pub fn member(turn: usize, running: &[bool]) -> Option<usize> {
    let members = running.len();
    (0..members).map(|step| (turn + step) % members).find(|&member| running[member])
}
