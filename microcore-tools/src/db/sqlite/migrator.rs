//! Applies migrations, each once, each in one transaction with its row in the history. Blocking.

use std::time::Duration;

use microcore_runtime::database::{MigrationState, Progress};
use microcore_runtime::manifest::Migration;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::migration::{
    APPLIED, Applied, COMMITS, HISTORY, Steps, all_applied, checksum, failed, name, pending, quoted, states,
};
use crate::db::sqlite::connection::{self, Role};
use crate::db::sqlite::place::Place;
use crate::db::sqlite::settings::SqliteSettings;

/// Another process may be in the middle of a long migration; that is worth waiting for.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Applies what is pending and gives the names.
pub(crate) fn migrate(
    settings: &SqliteSettings,
    place: &Place,
    migrations: &[Migration],
    progress: Progress,
) -> Result<Vec<String>> {
    // Nothing is opened, let alone made, for nothing.
    if pending(migrations, &Applied::new())?.is_empty() {
        return Ok(Vec::new());
    }
    let mut sqlite = connection::open(Role::Writer, settings, place, PATIENCE)?;
    prepare(&sqlite)?;
    let history = begin(&mut sqlite)?;
    history.execute_batch(HISTORY).map_err(DbError::of_sqlite)?;
    let waiting = pending(migrations, &applied(&history)?)?;
    history.commit().map_err(DbError::of_sqlite)?;
    let steps = Steps { progress, of: waiting.len() };
    let mut names = Vec::new();
    for (index, migration) in waiting.into_iter().enumerate() {
        steps.tell(index, migration, false);
        if apply(&mut sqlite, migration)? {
            steps.tell(index, migration, true);
            names.push(name(migration));
        }
    }
    Ok(names)
}

/// Every migration with its state.
pub(crate) fn status(
    settings: &SqliteSettings,
    place: &Place,
    migrations: &[Migration],
) -> Result<Vec<(String, MigrationState)>> {
    states(migrations, &history(settings, place)?)
}

/// Fails where not every migration is applied as its file says. Nothing is opened for nothing.
pub(crate) fn verify(settings: &SqliteSettings, place: &Place, migrations: &[Migration]) -> Result<()> {
    if migrations.is_empty() { Ok(()) } else { all_applied(migrations, &history(settings, place)?) }
}

fn history(settings: &SqliteSettings, place: &Place) -> Result<Applied> {
    // A database that is not there yet has nothing applied, and is not made by a question; but it could be made.
    if !place.file().exists() {
        place.folder_exists()?;
        return Ok(Applied::new());
    }
    let read = || {
        let sqlite = connection::open(Role::Reader, settings, place, PATIENCE)?;
        let sql = "SELECT 1 FROM sqlite_schema WHERE name = '_microcore_migrations'";
        let begun = sqlite.query_row(sql, [], |_| Ok(())).optional().map_err(DbError::of_sqlite)?;
        begun.map_or_else(|| Ok(Applied::new()), |()| applied(&sqlite))
    };
    read().map_err(|error| place.naming(error))
}

/// Rebuilding a table drops the old one, which with foreign keys on would delete what refers to it. They are checked
/// as a whole before the commit instead.
pub(crate) fn prepare(sqlite: &Connection) -> Result<()> {
    sqlite.pragma_update(None, "foreign_keys", false).map_err(DbError::of_sqlite)
}

/// Takes the write lock, so that of two migrators the second sees what the first did.
pub(crate) fn begin(sqlite: &mut Connection) -> Result<Transaction<'_>> {
    sqlite.transaction_with_behavior(TransactionBehavior::Immediate).map_err(DbError::of_sqlite)
}

fn apply(sqlite: &mut Connection, migration: &Migration) -> Result<bool> {
    let transaction = begin(sqlite)?;
    // Somebody else may have come between two of ours.
    if applied(&transaction)?.iter().any(|(applied, _)| *applied == name(migration)) {
        return Ok(false);
    }
    run(&transaction, migration)?;
    transaction
        .execute(
            "INSERT INTO _microcore_migrations (name, checksum) VALUES (?1, ?2)",
            (name(migration), checksum(migration.sql)),
        )
        .map_err(DbError::of_sqlite)?;
    transaction.commit().map_err(DbError::of_sqlite)?;
    Ok(true)
}

/// Runs the script inside the open transaction.
pub(crate) fn run(sqlite: &Connection, migration: &Migration) -> Result<()> {
    sqlite.execute_batch(migration.sql).map_err(|error| {
        let cause = error.to_string();
        failed(migration, &cause, DbError::of_sqlite(error))
    })?;
    if sqlite.is_autocommit() {
        return Err(DbError::migration(quoted(migration), COMMITS));
    }
    let broken: Option<String> =
        sqlite.query_row("PRAGMA foreign_key_check", [], |row| row.get(0)).optional().map_err(DbError::of_sqlite)?;
    broken.map_or(Ok(()), |table| {
        let said = format!("leaves rows in table `{table}` that refer to nothing");
        Err(DbError::migration(quoted(migration), said))
    })
}

fn applied(sqlite: &Connection) -> Result<Applied> {
    let read = || sqlite.prepare(APPLIED)?.query_map([], |row| row.try_into())?.collect();
    let applied: rusqlite::Result<Applied> = read();
    applied.map_err(DbError::of_sqlite)
}
