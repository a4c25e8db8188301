//! Applies migrations, each once, each in one transaction with its row in the history. Blocking.

use std::time::Duration;

use microcore_runtime::manifest::Migration;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::migration::{checksum, edited, in_order, name};
use crate::db::sqlite::connection::{self, Role};
use crate::db::sqlite::place::Place;
use crate::db::sqlite::settings::SqliteSettings;

/// Another process may be in the middle of a long migration; that is worth waiting for.
const PATIENCE: Duration = Duration::from_mins(1);

const HISTORY: &str = "CREATE TABLE IF NOT EXISTS _microcore_migrations (
    name TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)";

/// Applies what is pending and gives the names.
pub(crate) fn migrate(settings: &SqliteSettings, place: &Place, migrations: &[Migration]) -> Result<Vec<String>> {
    let ordered = in_order(migrations)?;
    if ordered.is_empty() {
        return Ok(Vec::new());
    }
    let mut sqlite = connection::open(Role::Writer, settings, place, PATIENCE)?;
    prepare(&sqlite)?;
    let history = begin(&mut sqlite)?;
    history.execute_batch(HISTORY).map_err(DbError::of_sqlite)?;
    // An edited file stops everything, before anything else is applied.
    for migration in &ordered {
        is_applied(&history, migration)?;
    }
    history.commit().map_err(DbError::of_sqlite)?;
    let mut applied = Vec::new();
    for migration in ordered {
        if apply(&mut sqlite, migration)? {
            applied.push(name(migration));
        }
    }
    Ok(applied)
}

/// Rebuilding a table drops the old one, which with foreign keys on would delete what refers to it. They are checked
/// as a whole before the commit instead.
pub(crate) fn prepare(sqlite: &Connection) -> Result<()> {
    sqlite.pragma_update(None, "foreign_keys", false).map_err(DbError::of_sqlite)
}

/// Takes the write lock, so that of two migrators the second sees what the first did.
fn begin(sqlite: &mut Connection) -> Result<Transaction<'_>> {
    sqlite.transaction_with_behavior(TransactionBehavior::Immediate).map_err(DbError::of_sqlite)
}

fn apply(sqlite: &mut Connection, migration: &Migration) -> Result<bool> {
    let transaction = begin(sqlite)?;
    if is_applied(&transaction, migration)? {
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
    let what = format!("migration `{}`", name(migration));
    sqlite.execute_batch(migration.sql).map_err(|error| {
        let cause = error.to_string();
        DbError::migration(format!("{what} failed: {cause}")).caused_by(error)
    })?;
    if sqlite.is_autocommit() {
        return Err(DbError::migration(format!("{what} must not contain COMMIT or ROLLBACK: it is one transaction")));
    }
    let broken: Option<String> =
        sqlite.query_row("PRAGMA foreign_key_check", [], |row| row.get(0)).optional().map_err(DbError::of_sqlite)?;
    broken.map_or(Ok(()), |table| {
        Err(DbError::migration(format!("{what} leaves rows in table `{table}` that refer to nothing")))
    })
}

fn is_applied(sqlite: &Connection, migration: &Migration) -> Result<bool> {
    let recorded: Option<String> = sqlite
        .query_row("SELECT checksum FROM _microcore_migrations WHERE name = ?1", [name(migration)], |row| row.get(0))
        .optional()
        .map_err(DbError::of_sqlite)?;
    match recorded {
        None => Ok(false),
        Some(recorded) if recorded == checksum(migration.sql) => Ok(true),
        Some(_) => Err(edited(migration)),
    }
}
