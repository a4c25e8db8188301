//! Applies migrations, each once, each in one transaction with its row in the history. Blocking.

use std::collections::BTreeMap;
use std::time::Duration;

use microcore_runtime::database::{MigrationState, Progress};
use microcore_runtime::manifest::Migration;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::migration::{
    APPLIED, Applied, COMMITS, HISTORY, Steps, all_applied, checksum, failed, is_bare, name, pending, quoted, states,
    text,
};
use crate::db::sqlite::connection::{self, Role};
use crate::db::sqlite::place::Place;
use crate::db::sqlite::settings::SqliteSettings;

/// Another process may be in the middle of a long migration; that is worth waiting for.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

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
    let mut orphans = if waiting.is_empty() { Orphans::default() } else { Orphans::of(&sqlite)? };
    for (index, migration) in waiting.into_iter().enumerate() {
        steps.tell(index, migration, false);
        if apply(&mut sqlite, migration, &mut orphans)? {
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

fn apply(sqlite: &mut Connection, migration: &Migration, orphans: &mut Orphans) -> Result<bool> {
    if is_bare(migration) {
        return apply_bare(sqlite, migration);
    }
    let transaction = begin(sqlite)?;
    // Somebody else may have come between two of ours.
    if is_applied(&transaction, migration)? {
        return Ok(false);
    }
    run(&transaction, migration, orphans)?;
    note(&transaction, migration)?;
    transaction.commit().map_err(DbError::of_sqlite)?;
    Ok(true)
}

/// A statement that can't be in a transaction is written down after it: where the process is killed between, it runs
/// again the next time.
fn apply_bare(sqlite: &Connection, migration: &Migration) -> Result<bool> {
    if is_applied(sqlite, migration)? {
        return Ok(false);
    }
    batch(sqlite, migration)?;
    note(sqlite, migration)?;
    Ok(true)
}

fn is_applied(sqlite: &Connection, migration: &Migration) -> Result<bool> {
    Ok(applied(sqlite)?.iter().any(|(applied, _)| *applied == name(migration)))
}

fn note(sqlite: &Connection, migration: &Migration) -> Result<()> {
    let sql = "INSERT INTO _microcore_migrations (name, checksum) VALUES (?1, ?2)";
    sqlite.execute(sql, (name(migration), checksum(text(migration)))).map(drop).map_err(DbError::of_sqlite)
}

pub(crate) fn batch(sqlite: &Connection, migration: &Migration) -> Result<()> {
    sqlite.execute_batch(text(migration)).map_err(|error| {
        let cause = error.to_string();
        failed(migration, &cause, DbError::of_sqlite(error))
    })
}

/// Runs the script inside the open transaction. `orphans` are those from before, which it is not blamed for.
pub(crate) fn run(sqlite: &Connection, migration: &Migration, orphans: &mut Orphans) -> Result<()> {
    batch(sqlite, migration)?;
    if sqlite.is_autocommit() {
        return Err(DbError::migration(quoted(migration), COMMITS));
    }
    let now = Orphans::of(sqlite)?;
    if let Some(table) = now.made_since(orphans) {
        let said = format!("leaves rows in table `{table}` that refer to nothing");
        return Err(DbError::migration(quoted(migration), said));
    }
    *orphans = now;
    Ok(())
}

/// How many rows of each table refer to nothing.
#[derive(Debug, Default)]
pub(crate) struct Orphans(BTreeMap<String, u64>);

impl Orphans {
    pub(crate) fn of(sqlite: &Connection) -> Result<Self> {
        let mut found = Self::default();
        let mut count = || -> rusqlite::Result<()> {
            let mut check = sqlite.prepare("PRAGMA foreign_key_check")?;
            let mut rows = check.query([])?;
            while let Some(row) = rows.next()? {
                *found.0.entry(row.get(0)?).or_default() += 1;
            }
            Ok(())
        };
        count().map_err(DbError::of_sqlite)?;
        Ok(found)
    }

    /// A table that has more of them. Where there are no more as a whole, a table got another name.
    fn made_since(&self, before: &Self) -> Option<&str> {
        let sum = |orphans: &Self| orphans.0.values().sum::<u64>();
        let mut more = self.0.iter().filter(|(table, count)| before.0.get(*table).is_none_or(|before| *count > before));
        if sum(self) > sum(before) { more.next().map(|(table, _)| table.as_str()) } else { None }
    }
}

fn applied(sqlite: &Connection) -> Result<Applied> {
    let read = || sqlite.prepare(APPLIED)?.query_map([], |row| row.try_into())?.collect();
    let applied: rusqlite::Result<Applied> = read();
    applied.map_err(DbError::of_sqlite)
}
