//! What is to happen at times that the running application says: an event or a job, under a key.

use super::enqueued::storable;
use super::{Worked, Worker};
use crate::context::{Context, Id};
use crate::error::{Error, Result};
use crate::event::{Envelope, Event};

/// An event or a job of this application: what `once` and `repeat` of the tool `scheduler` take. `app!` implements it for
/// events, and every job is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither an event nor a job of this application",
    label = "nobody would hear of it",
    note = "declare it in a file of `src/domains/<domain>/events/` with `#[event(\"…\")]`, or `#[event(\"…\", job)]`; and call \
            `once` and `repeat` in the impl of a plugin, where the macro sees them"
)]
pub trait Plannable: Event {
    /// What is stored of it.
    #[doc(hidden)]
    fn planned(&self) -> Result<Planned>;
}

#[diagnostic::do_not_recommend]
impl<E: Worked> Plannable for E {
    fn planned(&self) -> Result<Planned> {
        let key = |key: Option<String>| key.map(|key| storable(&key));
        let (unique, line) = (key(self.unique()), key(self.line()));
        let line = line.map(|key| format!("{}:{key}", E::WORKER.name));
        Ok(Planned { worker: Some(E::WORKER), unique, line, ..Planned::of(self)? })
    }
}

/// An event or a job that is not due yet.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The event's name.
    pub name: &'static str,
    /// The event as JSON.
    pub payload: String,
    /// Who works on it, where it is a job.
    pub worker: Option<&'static Worker>,
    /// What it is unique by.
    pub unique: Option<String>,
    /// The line that it stands in.
    pub line: Option<String>,
}

impl Planned {
    /// An event that is no job.
    pub fn of<E: Event>(event: &E) -> Result<Self> {
        let payload = serde_json::to_string(event)
            .map_err(|error| Error::internal(format!("`{}` can't be written as JSON", E::NAME)).with_source(error))?;
        Ok(Self { name: E::NAME, payload, worker: None, unique: None, line: None })
    }
}

/// Something that is to happen, once or again and again.
#[derive(Debug, Clone)]
pub struct NewTimer {
    /// What it is replaced and cancelled by.
    pub key: String,
    /// Its times, as one text; `None` where it is once.
    pub times: Option<String>,
    /// When it is due next.
    pub next: i64,
    /// What happens then.
    pub planned: Planned,
}

/// What a store has of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// Its key.
    pub key: String,
    /// The event that is published, or the job that is enqueued.
    pub name: String,
    /// Its times; `None` where it is once.
    pub times: Option<String>,
    /// When it is due next.
    pub next: i64,
}

/// A timer that is due.
#[derive(Debug, Clone)]
pub struct Ringing {
    /// Its key.
    pub key: String,
    /// When it was due, as it was read: another time means that somebody else has seen to it.
    pub was: i64,
    /// When it is due next; `None` where that was all.
    pub next: Option<i64>,
    /// The event's name.
    pub name: &'static str,
    /// Who works on it, where it is a job.
    pub worker: Option<&'static Worker>,
}

impl Ringing {
    /// The envelope of the event that is published now.
    pub fn envelope(&self, time: u64) -> Envelope {
        Envelope::new(&Context::event(Id::make(), self.name), None, None, time)
    }
}

/// What came of timers that were due.
#[derive(Debug, Default)]
pub struct Rung {
    /// How many there were that nobody else had seen to.
    pub count: usize,
    /// Events that the caller hands on: those of a store that has no outbox.
    pub events: Vec<(Envelope, String)>,
}
