//! Connections: how they are opened, lent to the blocking pool, and cleaned when they come back.

use std::fmt;
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, Object, RecycleError, RecycleResult};
use rusqlite::{Connection, OpenFlags};

use crate::db::backend::{Open, Result, Values, Wanted};
use crate::db::sqlite::place::Place;
use crate::db::sqlite::settings::SqliteSettings;
use crate::db::sqlite::statement;
use crate::db::{DbError, Row};

/// Statements that a connection keeps prepared.
const CACHED_STATEMENTS: usize = 256;

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Reader,
    Writer,
}

/// A connection and the place that it keeps alive.
#[derive(Debug)]
pub(crate) struct Held {
    // Fields are dropped in order: the connection closes before its folder goes.
    pub(crate) sqlite: Connection,
    _place: Place,
}

/// Makes connections for a pool.
#[derive(Debug)]
pub(crate) struct Connections {
    pub(crate) role: Role,
    pub(crate) settings: SqliteSettings,
    pub(crate) place: Place,
}

impl Manager for Connections {
    type Type = Held;
    type Error = DbError;

    async fn create(&self) -> Result<Held> {
        let (role, settings, place) = (self.role, self.settings.clone(), self.place.clone());
        blocking(move || {
            let sqlite = open(role, &settings, &place, settings.busy_timeout)?;
            Ok(Held { sqlite, _place: place })
        })
        .await
    }

    async fn recycle(&self, held: &mut Held, _: &Metrics) -> RecycleResult<DbError> {
        // Only where a rollback failed or never ran: such a connection is closed, which rolls back as well.
        if held.sqlite.is_autocommit() { Ok(()) } else { Err(RecycleError::message("a transaction is still open")) }
    }
}

/// Opens one connection with everything that every connection needs.
pub(crate) fn open(role: Role, settings: &SqliteSettings, place: &Place, busy: Duration) -> Result<Connection> {
    let access = match role {
        Role::Reader => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Role::Writer => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    };
    let ready = || -> rusqlite::Result<Connection> {
        let sqlite = Connection::open_with_flags(place.file(), access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        sqlite.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        sqlite.busy_timeout(busy)?;
        if role == Role::Writer {
            // Answers with the mode that it got; a file system without shared memory stays in its own.
            sqlite.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        }
        sqlite.pragma_update(None, "synchronous", settings.synchronous.as_sql())?;
        sqlite.pragma_update(None, "foreign_keys", true)?;
        Ok(sqlite)
    };
    ready().map_err(|error| {
        DbError::unavailable(format!("the database `{}` can't be opened", place.file().display()), error)
    })
}

/// Runs blocking work off the event loop. A panic in it is a panic of the caller.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(error) => Err(DbError::unavailable("the runtime is shutting down", error)),
    }
}

/// A connection of a pool for the length of one call or one transaction. Dropped, whatever is open is rolled back.
pub(crate) struct Lent(Option<Object<Connections>>);

impl Lent {
    pub(crate) fn new(object: Object<Connections>) -> Self {
        Self(Some(object))
    }

    pub(crate) fn sqlite(&self) -> &Connection {
        &self.0.as_ref().expect("a lent connection is taken in `drop` only").sqlite
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(object) = self.0.take() else { return };
        if object.sqlite.is_autocommit() {
            return;
        }
        let roll_back = move || {
            if let Err(error) = object.sqlite.execute_batch("ROLLBACK") {
                // `recycle` sees that the transaction is still open and closes the connection.
                tracing::warn!(%error, "a transaction could not be rolled back");
            }
        };
        match tokio::runtime::Handle::try_current() {
            // The pool gets the connection back when the rollback is done.
            Ok(runtime) => drop(runtime.spawn_blocking(roll_back)),
            Err(_) => roll_back(),
        }
    }
}

/// A connection with an open transaction.
pub struct OpenConnection(Option<Lent>);

impl OpenConnection {
    pub(crate) fn new(lent: Lent) -> Self {
        Self(Some(lent))
    }

    /// Lends the connection to the blocking pool. Where this is cancelled, the connection does not come back here: it
    /// is rolled back where the work ends.
    async fn lend<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let lent = self.0.take().ok_or_else(|| DbError::usage("the transaction was cancelled"))?;
        let (lent, result) = blocking(move || {
            let result = work(lent.sqlite());
            // COMMIT as a statement, or an error after which SQLite rolls back by itself.
            let ended = lent.sqlite().is_autocommit();
            Ok((lent, if ended { result.and_then(|_| Err(over())) } else { result }))
        })
        .await?;
        self.0 = Some(lent);
        result
    }

    async fn end(mut self, sql: &'static str) -> Result<()> {
        let lent = self.0.take().ok_or_else(|| DbError::usage("the transaction was cancelled"))?;
        blocking(move || lent.sqlite().execute_batch(sql).map_err(DbError::of_sqlite)).await
    }
}

fn over() -> DbError {
    DbError::usage("the transaction is over: a statement in it ended it")
}

impl Open for OpenConnection {
    async fn fetch<T: Row>(&mut self, sql: &str, values: Values, wanted: Wanted) -> Result<Vec<T>> {
        let sql = sql.to_owned();
        self.lend(move |connection| {
            let mut statement = statement::prepare(connection, &sql)?;
            statement::fetch(&mut statement, &sql, &values, wanted)
        })
        .await
    }

    async fn execute(&mut self, sql: &str, values: Values) -> Result<u64> {
        let sql = sql.to_owned();
        self.lend(move |connection| statement::execute(connection, &sql, &values)).await
    }

    async fn execute_many(&mut self, sql: &str, rows: Vec<Values>) -> Result<u64> {
        let sql = sql.to_owned();
        self.lend(move |connection| statement::execute_many(connection, &sql, &rows)).await
    }

    async fn control(&mut self, sql: String) -> Result<()> {
        self.lend(move |connection| connection.execute_batch(&sql).map_err(DbError::of_sqlite)).await
    }

    async fn commit(self) -> Result<()> {
        self.end("COMMIT").await
    }

    async fn rollback(self) -> Result<()> {
        // Nothing to undo where SQLite did it by itself.
        if self.0.as_ref().is_none_or(|lent| lent.sqlite().is_autocommit()) {
            return Ok(());
        }
        self.end("ROLLBACK").await
    }
}

impl fmt::Debug for OpenConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenConnection").finish_non_exhaustive()
    }
}
