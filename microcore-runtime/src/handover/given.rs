//! What tools leave to the process that comes next, where there is one: a state in memory survives an edit.
//!
//! In: a tool's `shutdown`, which gives a text under its name. Out: the same text in the `setup` of the next process. Both
//! are for development: between processes that serve side by side nothing is handed over.

use std::sync::{Mutex, PoisonError};

use super::channel::Left;

/// Whether anybody takes what is given, what is to be taken, and what was given.
#[derive(Debug)]
struct Luggage {
    is_wanted: bool,
    taken: Left,
    given: Left,
}

static LUGGAGE: Mutex<Luggage> = Mutex::new(Luggage { is_wanted: false, taken: Left::new(), given: Left::new() });

fn with<T>(change: impl FnOnce(&mut Luggage) -> T) -> T {
    change(&mut LUGGAGE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// This process was started by one that hands on what tools leave.
pub(crate) fn adopt(left: Left) {
    with(|luggage| (luggage.is_wanted, luggage.taken) = (true, left));
}

/// Everything that was given.
pub(crate) fn gathered() -> Left {
    with(|luggage| std::mem::take(&mut luggage.given))
}

/// Leaves a text to the next process, where there will be one; it is made only then.
pub fn give(name: &str, text: impl FnOnce() -> Option<String>) {
    if with(|luggage| luggage.is_wanted)
        && let Some(text) = text()
    {
        with(|luggage| luggage.given.insert(name.to_owned(), text));
    }
}

/// What the last process has left under this name, once.
pub fn taken(name: &str) -> Option<String> {
    with(|luggage| luggage.taken.remove(name))
}
