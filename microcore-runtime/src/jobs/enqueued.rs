//! A job on its way into the store.

use std::time::Duration;

use jiff::Timestamp;

use super::{Worked, Worker};
use crate::context::{self, Id};
use crate::error::{Error, Result};

/// When a job may begin, and before which others.
///
/// ```
/// use std::time::Duration;
/// use microcore_runtime::jobs::JobOptions;
///
/// let soon = JobOptions::new().after(Duration::from_secs(60)).priority(5);
/// # let _ = soon;
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use]
pub struct JobOptions {
    begins: Begins,
    priority: i16,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Begins {
    #[default]
    Now,
    At(i64),
    After(i64),
}

impl JobOptions {
    /// At once, like all others.
    pub fn new() -> Self {
        Self::default()
    }

    /// Not before this time.
    pub fn at(self, time: Timestamp) -> Self {
        Self { begins: Begins::At(time.as_millisecond()), ..self }
    }

    /// Not before so long from now.
    pub fn after(self, wait: Duration) -> Self {
        Self { begins: Begins::After(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX)), ..self }
    }

    /// What has more goes first; 0 unless it is said.
    pub fn priority(self, priority: i16) -> Self {
        Self { priority, ..self }
    }
}

/// What became of a job that was enqueued.
///
/// ```
/// use microcore_runtime::jobs::Enqueued;
///
/// fn said(enqueued: Enqueued) -> String {
///     match enqueued {
///         Enqueued::New(id) => format!("your report is number {id}"),
///         Enqueued::Already(id) => format!("your report is under way as number {id}"),
///     }
/// }
/// assert_eq!(said(Enqueued::Already(7)), "your report is under way as number 7");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// It is there now.
    New(i64),
    /// One like it was there: this is its id.
    Already(i64),
}

impl Enqueued {
    /// The id of the job that will be, or was, worked on.
    pub fn id(self) -> i64 {
        match self {
            Self::New(id) | Self::Already(id) => id,
        }
    }
}

/// A job that is to be stored.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Who works on it.
    pub worker: &'static Worker,
    /// The event as JSON.
    pub payload: String,
    /// Its own id.
    pub uid: String,
    /// In what it is enqueued.
    pub cause: Option<String>,
    /// What it is unique by.
    pub unique: Option<String>,
    /// The line that it stands in.
    pub line: Option<String>,
    /// What has more goes first.
    pub priority: i64,
    begins: Begins,
}

/// PostgreSQL stores no NUL in a text; keys are the same on every store.
pub fn storable(key: &str) -> String {
    key.replace('\0', "\u{fffd}")
}

impl NewJob {
    /// Of an event.
    pub fn of<E: Worked>(event: &E, options: JobOptions) -> Result<Self> {
        let payload = serde_json::to_string(event)
            .map_err(|error| Error::internal(format!("`{}` can't be written as JSON", E::NAME)).with_source(error))?;
        Ok(Self {
            worker: E::WORKER,
            payload,
            uid: Id::make().to_string(),
            cause: context::current().map(|context| context.id.to_string()),
            unique: event.unique().map(|unique| storable(&unique)),
            line: event.line().map(|key| format!("{}:{}", E::WORKER.name, storable(&key))),
            priority: i64::from(options.priority),
            begins: options.begins,
        })
    }

    /// Of a timer that is due: its event as it was stored, and what it is unique by and stands in.
    pub fn rung(worker: &'static Worker, payload: String, unique: Option<String>, line: Option<String>) -> Self {
        Self {
            worker,
            payload,
            uid: Id::make().to_string(),
            cause: None,
            unique,
            line,
            priority: 0,
            begins: Begins::Now,
        }
    }

    /// When it may begin, where it is `now` now.
    pub fn due(&self, now: i64) -> i64 {
        match self.begins {
            Begins::Now => now,
            Begins::At(time) => time,
            Begins::After(wait) => now.saturating_add(wait),
        }
    }
}
