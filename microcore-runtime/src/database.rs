//! What the commands ask of the tool `db`: migrations, the schema, statements, backups. The tool implements it; the runtime knows no
//! database.
//!
//! In: settings and the manifest's migrations. Out: what was done, or what there is.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::error::{Error, Result};
use crate::event::DeadLetter;
use crate::lifecycle::Boot;
use crate::manifest::{Migration, TableFacts};
use crate::tool::Tool;

/// A database tool that can apply migrations and tell what they lead to.
pub trait Migrated: Tool {
    /// Applies the pending migrations and gives their names, `domain/file`.
    fn migrate(
        settings: Self::Settings,
        boot: &Boot,
        progress: Progress,
    ) -> impl Future<Output = Result<Vec<String>>> + Send;

    /// Opens a database that is there, and makes nothing in it.
    fn attach(_settings: Self::Settings) -> impl Future<Output = Result<Self>> + Send {
        async { Err(unsupported("be opened by a command")) }
    }

    /// The tables that the migrations lead to, without touching the application's database.
    fn tables(migrations: &[Migration]) -> Result<Vec<TableFacts>>;

    /// Every migration that there is or was, in the order in which they are applied.
    fn status(
        _settings: Self::Settings,
        _boot: &Boot,
    ) -> impl Future<Output = Result<Vec<(String, MigrationState)>>> + Send {
        async { Err(unsupported("tell which migrations are applied")) }
    }

    /// The tables that are there now.
    fn schema(_settings: Self::Settings, _boot: &Boot) -> impl Future<Output = Result<Vec<TableFacts>>> + Send {
        async { Err(unsupported("describe its tables")) }
    }

    /// Prepares each statement on the live database and runs none; what the database says of each, in their order.
    fn prepare(
        _settings: Self::Settings,
        _boot: &Boot,
        _statements: Vec<&'static str>,
    ) -> impl Future<Output = Result<Vec<Verdict>>> + Send {
        async { Err(unsupported("prepare statements without running them")) }
    }

    /// Copies the database to a new file while the application runs. The file is whole, or it is not there.
    fn backup(_settings: Self::Settings, _boot: &Boot, _file: PathBuf) -> impl Future<Output = Result<()>> + Send {
        async { Err(unsupported("write a backup")) }
    }

    /// Events of the outbox that can't be handed on, as dead letters.
    fn outbox_letters(_settings: Self::Settings, _boot: &Boot) -> impl Future<Output = Result<Vec<DeadLetter>>> + Send {
        async { Ok(Vec::new()) }
    }

    /// Hands such an event on again, or deletes it; `false` where there is none of this number.
    fn settle_outbox_letter(
        _settings: Self::Settings,
        _boot: &Boot,
        _number: u64,
        _again: bool,
    ) -> impl Future<Output = Result<bool>> + Send {
        async { Ok(false) }
    }

    /// Looks for damage; a sentence for each.
    fn inspect(_settings: Self::Settings, _boot: &Boot) -> impl Future<Output = Result<Vec<String>>> + Send {
        async { Err(unsupported("look for damage")) }
    }
}

fn unsupported(what: &str) -> Error {
    Error::internal(format!("the tool `db` of this application can't {what}"))
}

/// What a database says of a statement that it prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It can be run.
    Accepted,
    /// It can't, for the reason that the database gives.
    Refused(String),
    /// It hangs on the types of the values, which are not known before it runs; what the database says without them.
    Unclear(String),
}

/// Whether a migration is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MigrationState {
    /// It is in the database.
    Applied,
    /// It is in the application only.
    Pending,
    /// It was applied, and its file is another one now.
    Edited,
    /// It was applied, and there is no such file any more.
    Missing,
}

impl MigrationState {
    /// The state as one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Pending => "pending",
            Self::Edited => "edited",
            Self::Missing => "missing",
        }
    }
}

/// What a migrator is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// `domain/file`.
    pub migration: String,
    /// Which of those that are applied in this run, from 1.
    pub number: usize,
    /// How many are applied in this run.
    pub of: usize,
    /// Whether it is applied; else it begins.
    pub done: bool,
}

/// Where a migrator tells what it is doing.
#[derive(Debug, Clone, Default)]
pub struct Progress(Option<UnboundedSender<Step>>);

impl Progress {
    /// What is told, and who listens.
    pub fn channel() -> (Self, UnboundedReceiver<Step>) {
        let (sender, receiver) = unbounded_channel();
        (Self(Some(sender)), receiver)
    }

    /// Tells one step. That nobody listens is no failure.
    pub fn tell(&self, step: Step) {
        if let Some(sender) = &self.0 {
            let _ = sender.send(step);
        }
    }
}

tokio::task_local! {
    /// The files whose transactions are open around the code that runs now.
    static WRITTEN: Vec<Arc<Path>>;
}

/// Runs `work` as the inside of a transaction, which holds this file where the database is one.
pub fn writing<F: Future>(file: Option<Arc<Path>>, work: F) -> impl Future<Output = F::Output> {
    let mut written = WRITTEN.try_with(Clone::clone).unwrap_or_default();
    written.extend(file);
    WRITTEN.scope(written, work)
}

/// Whether a transaction around the code that runs now holds this file: whoever writes it by another connection waits for
/// itself. A spawned task is outside.
pub fn is_written_here(file: &Path) -> bool {
    WRITTEN.try_with(|written| written.iter().any(|other| **other == *file)).unwrap_or_default()
}
