//! What tools leave to the process that comes next, where there is one: a state in memory survives an edit, and the events
//! of a bus in memory an upgrade as well.
//!
//! In: a tool's `shutdown`, which gives a text under its name. Out: the same text in the next process: in a tool's `setup`
//! where that begins after this one has ended, as `dev` has it; later where both serve side by side for a while.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::channel::{Channel, FromNew, FromOld, Left};

/// Who comes after this process.
#[derive(Debug)]
enum Heir {
    Nobody,
    /// A process that begins when this one has ended; somebody else hands on what is left.
    Next,
    /// A process that serves already.
    Beside(Channel<FromNew>),
}

/// Who waits for what the process before leaves.
type Waits = Box<dyn FnOnce(String) + Send>;

/// Who comes, what is to be taken, and what was given.
struct Luggage {
    heir: Heir,
    taken: Left,
    waits: BTreeMap<String, Waits>,
    given: Left,
}

impl fmt::Debug for Luggage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Luggage").field("heir", &self.heir).finish_non_exhaustive()
    }
}

static LUGGAGE: Mutex<Luggage> =
    Mutex::new(Luggage { heir: Heir::Nobody, taken: Left::new(), waits: BTreeMap::new(), given: Left::new() });

fn with<T>(change: impl FnOnce(&mut Luggage) -> T) -> T {
    change(&mut LUGGAGE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// This process was started by one that hands on what tools leave.
pub(crate) fn adopt(left: Left) {
    with(|luggage| (luggage.heir, luggage.taken) = (Heir::Next, left));
}

/// Another process serves from now on, and this one ends. The channel is open until then: its end says that it has.
pub(crate) fn beside(heir: Channel<FromNew>) {
    with(|luggage| luggage.heir = Heir::Beside(heir));
}

/// The process before this one has ended, and leaves this.
pub(crate) fn arrived(left: Left) {
    for (name, text) in left {
        let waits = with(|luggage| luggage.waits.remove(&name));
        if let Some(waits) = waits {
            waits(text);
        }
    }
}

/// Everything that was given.
pub(crate) fn gathered() -> Left {
    with(|luggage| std::mem::take(&mut luggage.given))
}

/// The last word to a process that serves already.
pub(crate) fn leave() {
    let left = gathered();
    if left.is_empty() {
        return;
    }
    let said = with(|luggage| match &luggage.heir {
        Heir::Beside(heir) => heir.say(&FromOld::Left(left)),
        Heir::Nobody | Heir::Next => Ok(()),
    });
    if let Err(error) = said {
        tracing::error!("what tools have left can't be handed on, and is lost: {error}");
    }
}

/// Whether a process comes that goes on with what this one leaves.
pub fn hands_on() -> bool {
    with(|luggage| !matches!(luggage.heir, Heir::Nobody))
}

/// Leaves a text to the next process, where it begins when this one has ended; it is made only then.
pub fn give(name: &str, text: impl FnOnce() -> Option<String>) {
    if with(|luggage| matches!(luggage.heir, Heir::Next)) {
        put(name, text());
    }
}

/// The same where the next process serves already, too.
pub fn give_to_any(name: &str, text: impl FnOnce() -> Option<String>) {
    if hands_on() {
        put(name, text());
    }
}

fn put(name: &str, text: Option<String>) {
    if let Some(text) = text {
        with(|luggage| luggage.given.insert(name.to_owned(), text));
    }
}

/// What the last process has left under this name, once.
pub fn taken(name: &str) -> Option<String> {
    with(|luggage| luggage.taken.remove(name))
}

/// The same for whoever can take it later as well: now, where it is there, else when the process before has ended.
pub fn when_taken(name: &str, takes: impl FnOnce(String) + Send + 'static) {
    match taken(name) {
        Some(text) => takes(text),
        None => drop(with(|luggage| luggage.waits.insert(name.to_owned(), Box::new(takes)))),
    }
}
