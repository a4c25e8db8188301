//! Connections: how they are opened, and how blocking work leaves the event loop.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::sqlite::place::Place;
use crate::db::sqlite::settings::SqliteSettings;
use crate::db::sqlite::shape::Shapes;
use crate::db::sqlite::stop;
use crate::wal;

/// Statements that a connection keeps prepared.
const CACHED_STATEMENTS: usize = 256;

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Reader,
    Writer,
}

/// A connection, what is known of its statements, and the place that it keeps alive.
#[derive(Debug)]
pub(crate) struct Held {
    // Fields are dropped in order: the connection closes before its folder goes.
    pub(crate) sqlite: Connection,
    pub(crate) shapes: RefCell<Shapes>,
    /// Whether the statement that failed last left nothing behind.
    pub(crate) undone: Cell<bool>,
    _place: Place,
}

impl Held {
    pub(crate) fn new(sqlite: Connection, place: Place) -> Self {
        Self { sqlite, shapes: RefCell::default(), undone: Cell::new(false), _place: place }
    }
}

/// Makes the connections of the blocking pool.
#[derive(Debug)]
pub(crate) struct LongReaders {
    pub(crate) settings: SqliteSettings,
    pub(crate) place: Place,
}

impl Manager for LongReaders {
    type Type = Held;
    type Error = DbError;

    async fn create(&self) -> Result<Held> {
        let (settings, place) = (self.settings.clone(), self.place.clone());
        blocking(move || Ok(Held::new(open(Role::Reader, &settings, &place, settings.busy_timeout)?, place))).await
    }

    async fn recycle(&self, held: &mut Held, _: &Metrics) -> RecycleResult<DbError> {
        // To SQLite, BEGIN only reads. Closing the connection undoes it.
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
        let mut sqlite = Connection::open_with_flags(place.file(), access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        sqlite.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        sqlite.busy_timeout(busy)?;
        if role == Role::Writer {
            wal::switch_on(&sqlite)?;
        }
        sqlite.pragma_update(None, "synchronous", settings.synchronous.as_sql())?;
        sqlite.pragma_update(None, "foreign_keys", true)?;
        // Else SQLite compiles a statement again for each new value of a `LIMIT`, which takes longer than twenty rows.
        // The price: no plan hangs on a value, so a pattern in `LIKE $1` finds no index.
        sqlite.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        stop::watch(&mut sqlite, settings.statement_timeout)?;
        Ok(sqlite)
    };
    let file = place.file().display();
    let sqlite =
        ready().map_err(|error| DbError::unavailable(format!("the database `{file}` can't be opened"), error))?;
    // SQLite opens what it may only read without a word, and fails at the first write.
    if role == Role::Writer && sqlite.is_readonly("main").map_err(DbError::of_sqlite)? {
        let message = format!("the database `{file}` can't be opened for writing");
        return Err(DbError::unavailable(message, "the file or its disk is read-only"));
    }
    Ok(sqlite)
}

/// Runs blocking work off the event loop. A panic in it is a panic of the caller.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(error) => Err(DbError::unavailable("the runtime is shutting down", error)),
    }
}

#[cfg(test)]
mod tests {
    use microcore_runtime::settings::{Environment, Problems, Settings};
    use rusqlite::StatementStatus;

    use super::*;

    #[test]
    fn a_statement_is_compiled_once_whatever_its_values() {
        let settings = SqliteSettings::read(&Environment::default(), &mut Problems::default()).unwrap().for_test();
        let place = Place::of(&settings).unwrap();
        let sqlite = open(Role::Writer, &settings, &place, Duration::ZERO).unwrap();
        // What SQLite itself does: this fails where a later one no longer compiles again, and the switch can go.
        let plain = Connection::open_in_memory().unwrap();
        for (sqlite, again) in [(&sqlite, false), (&plain, true)] {
            sqlite.execute_batch("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)").unwrap();
            let mut list = sqlite.prepare("SELECT name FROM users ORDER BY id LIMIT $1 OFFSET $2").unwrap();
            for (limit, offset) in [(20, 0), (20, 20), (50, 0)] {
                assert!(list.query((limit, offset)).unwrap().next().unwrap().is_none());
            }
            assert_eq!(list.get_status(StatementStatus::RePrepare) > 0, again);
        }
    }
}
