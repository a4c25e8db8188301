//! What an engine implements to stand behind [`Database`](crate::db::Database).
//!
//! In: SQL, owned values. Out: typed rows. A backend keeps the files `mod`, `settings`, `pool`, `connection`,
//! `statement`, `error`, `migrator`, `tables`, so that two backends can be read side by side.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use microcore_runtime::database::{MigrationState, Progress, Verdict};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::{Migration, TableFacts};
use microcore_runtime::settings::Settings;

use crate::db::gathered::Gathered;
use crate::db::{DbError, DbErrorKind, Row, Value};
use crate::sealed::Sealed;

/// A result of the contract.
pub type Result<T, E = DbError> = std::result::Result<T, E>;

/// The values of one statement, on their way to another thread.
pub type Values = Vec<Value<'static>>;

/// How many rows are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wanted {
    /// Every row.
    All,
    /// The first row; the rest need not be computed.
    First,
    /// The one row; none and a second one are errors, and what the statement wrote is undone with them.
    One,
}

impl Wanted {
    /// The number of rows after which reading may end.
    pub fn limit(self) -> usize {
        match self {
            Self::All => usize::MAX,
            Self::First => 1,
            Self::One => 2,
        }
    }

    /// Whether so many rows are what is wanted. A backend asks before what the statement wrote is committed.
    pub fn check(self, rows: usize) -> Result<()> {
        match (self, rows) {
            (Self::All | Self::First, _) | (Self::One, 1) => Ok(()),
            (Self::One, 0) => {
                Err(DbError::new(DbErrorKind::NoRows, "the statement gave no row, and one value was asked for"))
            }
            (Self::One, _) => Err(DbError::usage("the statement gave more than one row, and one value was asked for")),
        }
    }
}

/// An engine. The type is a name only: `Database<Sqlite>`. Sealed: a new version may ask more of it.
pub trait Backend: Sealed + Send + Sync + 'static {
    /// What it reads from the environment.
    type Settings: Settings;
    /// The open database.
    type Pool: Pool;
    /// One sentence for the manifest.
    const DOC: &'static str;
    /// The engine's own clock, as an expression: milliseconds since 1970.
    const CLOCK: &'static str;

    /// What a column is that the engine numbers by itself.
    const NUMBERED: &'static str;

    /// What a `SELECT` ends in whose rows are taken, so that two who take don't wait for each other.
    const SKIP_LOCKED: &'static str;

    /// Whether a `WITH` may write, so that what it returns goes into another table by one statement.
    const WITH_WRITES: bool;

    /// Opens the database and, where the settings say so, applies the migrations.
    fn open(settings: Self::Settings, boot: &Boot) -> impl Future<Output = Result<Self::Pool>> + Send;

    /// Opens a database that is there, and makes nothing in it.
    fn attach(settings: Self::Settings) -> impl Future<Output = Result<Self::Pool>> + Send;

    /// Applies the pending migrations and gives their names.
    fn migrate(
        settings: Self::Settings,
        boot: &Boot,
        progress: Progress,
    ) -> impl Future<Output = Result<Vec<String>>> + Send;

    /// Every migration that there is or was, in the order in which they are applied.
    fn status(
        settings: Self::Settings,
        boot: &Boot,
    ) -> impl Future<Output = Result<Vec<(String, MigrationState)>>> + Send;

    /// [`Backend::describe`] for somebody who has not opened the database.
    fn schema(settings: Self::Settings) -> impl Future<Output = Result<Vec<TableFacts>>> + Send;

    /// Prepares each statement on the live database and runs none; what the engine says of each, in their order.
    fn prepare(
        settings: Self::Settings,
        statements: Vec<&'static str>,
    ) -> impl Future<Output = Result<Vec<Verdict>>> + Send;

    /// Copies the database to a new file while it is in use. The file is whole, or it is not there.
    fn backup(settings: Self::Settings, file: PathBuf) -> impl Future<Output = Result<()>> + Send;

    /// Looks for damage; a sentence for each.
    fn inspect(settings: Self::Settings) -> impl Future<Output = Result<Vec<String>>> + Send;

    /// Every table that is there now, by name, without an owner.
    fn describe(pool: &Self::Pool) -> impl Future<Output = Result<Vec<TableFacts>>> + Send;

    /// The tables that the migrations lead to.
    fn tables(migrations: &[Migration]) -> Result<Vec<TableFacts>>;
}

/// An open database. Each call is a transaction of its own: an error means that nothing was written.
pub trait Pool: Send + Sync + 'static {
    /// A connection with an open transaction.
    type Open: Open;

    /// Reads on the thread that calls, where the engine can and the statement won't hold it for long. Of one that is not
    /// read here nothing has happened, and it goes the way of [`Pool::fetch`].
    fn read_here<G: Gathered>(&self, _sql: &str, _values: &[Value<'_>], _wanted: Wanted) -> Option<Result<G>> {
        None
    }

    /// Runs a statement that was not read by [`Pool::read_here`], and reads its rows.
    fn fetch<T: Row>(&self, sql: &str, values: Values, wanted: Wanted) -> impl Future<Output = Result<Vec<T>>> + Send;

    /// Runs a statement; the number of rows that it changed.
    fn execute(&self, sql: &str, values: Values) -> impl Future<Output = Result<u64>> + Send;

    /// Runs a statement once per list of values, all or none.
    fn execute_many(&self, sql: &str, rows: Vec<Values>) -> impl Future<Output = Result<u64>> + Send {
        async move {
            let mut open = self.begin().await?;
            let changed = open.execute_many(sql, rows).await?;
            open.commit().await?;
            Ok(changed)
        }
    }

    /// The longest time that a transaction of several calls may take; `None`: for ever.
    fn longest_transaction(&self) -> Option<Duration>;

    /// Begins a transaction.
    fn begin(&self) -> impl Future<Output = Result<Self::Open>> + Send;

    /// Begins a transaction of the framework's own: each of its statements sees what was committed before it, and waits for
    /// whoever changes the same rows. What it relies on it locks.
    fn begin_own(&self) -> impl Future<Output = Result<Self::Open>> + Send {
        self.begin()
    }

    /// The file that it writes, where it is one, by its canonical path.
    fn file(&self) -> Option<Arc<Path>> {
        None
    }

    /// Calls `heard` when another process rings on this channel, and gives what rings there, once in `gap` at the most.
    /// `None` where the engine has no way to.
    fn listen(
        &self,
        _channel: &'static str,
        _gap: Duration,
        _heard: Arc<dyn Fn() + Send + Sync>,
    ) -> Option<Box<dyn Fn() + Send + Sync>> {
        None
    }

    /// Whether a statement can be answered now.
    fn check(&self) -> impl Future<Output = Result<()>> + Send;

    /// Waits for whoever is writing, then closes every connection.
    fn close(&self) -> impl Future<Output = Result<()>> + Send;
}

/// A connection with an open transaction. Dropped, it rolls back and is free again.
///
/// A call that is cancelled ends the transaction: whether its statement ran can't be known.
pub trait Open: Send + 'static {
    /// Runs a statement and reads its rows.
    fn fetch<T: Row>(
        &mut self,
        sql: &str,
        values: Values,
        wanted: Wanted,
    ) -> impl Future<Output = Result<Vec<T>>> + Send;

    /// Runs a statement; the number of rows that it changed.
    fn execute(&mut self, sql: &str, values: Values) -> impl Future<Output = Result<u64>> + Send;

    /// Runs a statement once per list of values.
    fn execute_many(&mut self, sql: &str, rows: Vec<Values>) -> impl Future<Output = Result<u64>> + Send;

    /// Runs one of the contract's own statements: a savepoint, its release, its undoing.
    fn control(&mut self, sql: String) -> impl Future<Output = Result<()>> + Send;

    /// Makes everything durable at the configured level.
    fn commit(self) -> impl Future<Output = Result<()>> + Send;

    /// Undoes everything.
    fn rollback(self) -> impl Future<Output = Result<()>> + Send;
}
