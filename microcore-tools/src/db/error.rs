//! The one error of the tool: a closed kind, the table and columns where the engine tells, the engine's own error as
//! the cause.

use std::error::Error as StdError;
use std::fmt;

use microcore_runtime::error::Unavailable;
use microcore_runtime::settings::Problems;

/// What kind of failure a [`DbError`] is; the same for every backend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DbErrorKind {
    /// A value that must be unique is there already.
    Unique,
    /// A reference to a row that does not exist, or from a row that is to go.
    ForeignKey,
    /// A NULL where none may be.
    NotNull,
    /// A CHECK constraint says no.
    Check,
    /// Somebody else held the lock for too long, two transactions could not both be right, or a statement ran out of
    /// time: the same may pass the next time. Passed on with `?`, it answers 503.
    Busy,
    /// `query_scalar` found no row.
    NoRows,
    /// A value or a column is not what the Rust type needs.
    Type,
    /// The call is wrong: number of parameters, placeholders, statements.
    Usage,
    /// The SQL is wrong: syntax, or a table or column that does not exist.
    Syntax,
    /// A migration can't be applied.
    Migration,
    /// The database can't be reached, or no connection was free in time. Passed on with `?`, it answers 503.
    Unavailable,
    /// Anything else.
    Other,
}

/// What went wrong in the database. [`DbError::kind`] tells what a program may need to know.
#[derive(Debug)]
pub struct DbError(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: DbErrorKind,
    message: String,
    table: Option<String>,
    columns: Vec<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
    /// Whether the same transaction may succeed at once: a conflict with another one, and no time that ran out.
    conflict: bool,
}

impl DbError {
    /// An error with a sentence for the log.
    pub fn new(kind: DbErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            table: None,
            columns: Vec::new(),
            source: None,
            conflict: false,
        }))
    }

    /// The call is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(DbErrorKind::Usage, message)
    }

    /// A value does not fit.
    pub(crate) fn mismatch(message: impl Into<String>) -> Self {
        Self::new(DbErrorKind::Type, message)
    }

    /// A migration can't be applied, whoever tries again: at boot, that is a mistake in the configuration.
    pub(crate) fn migration(what: impl Into<String>, message: impl Into<String>) -> Self {
        let mut problems = Problems::default();
        problems.add(what, message);
        Self::migrations(problems)
    }

    /// Several migrations can't be applied.
    pub(crate) fn migrations(problems: Problems) -> Self {
        Self::new(DbErrorKind::Migration, problems.to_string()).caused_by(problems)
    }

    /// The database is not there now.
    pub(crate) fn unavailable(message: impl Into<String>, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(DbErrorKind::Unavailable, message).caused_by(cause)
    }

    /// Attaches the cause. Kinds that pass by themselves get the runtime's mark, so that `?` answers 503.
    #[must_use]
    pub(crate) fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let passing = matches!(self.0.kind, DbErrorKind::Unavailable | DbErrorKind::Busy);
        self.0.source = Some(if passing { Box::new(Unavailable::because(cause)) } else { cause.into() });
        self
    }

    /// Says that another transaction was in the way: tried again, this one may succeed.
    #[must_use]
    pub(crate) fn in_conflict(mut self, conflict: bool) -> Self {
        self.0.conflict = conflict;
        self
    }

    /// Whether another transaction was in the way.
    pub(crate) fn is_conflict(&self) -> bool {
        self.0.conflict
    }

    /// Says which table and columns are to blame.
    #[must_use]
    pub(crate) fn about(mut self, table: Option<String>, columns: Vec<String>) -> Self {
        self.0.table = table;
        self.0.columns = columns;
        self
    }

    /// Puts what was being done in front of the message.
    #[must_use]
    pub(crate) fn during(mut self, what: &str) -> Self {
        self.0.message = format!("{what}: {}", self.0.message);
        self
    }

    /// What kind of failure this is.
    pub fn kind(&self) -> DbErrorKind {
        self.0.kind
    }

    /// The table that is to blame, where the engine tells.
    pub fn table(&self) -> Option<&str> {
        self.0.table.as_deref()
    }

    /// The columns that are to blame, where the engine tells.
    pub fn columns(&self) -> &[String] {
        &self.0.columns
    }
}

impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl StdError for DbError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
