//! Makes the tables that are not the application's: those of the outbox and the inbox, and those of schedules and their
//! runs. Blocking.

use microcore_runtime::manifest::Manifest;
use rusqlite::{Connection, params_from_iter};

use crate::db::DbError;
use crate::db::backend::{Backend as _, Result};
use crate::db::own::{self, Added, OwnTables};
use crate::db::sqlite::Sqlite;
use crate::db::sqlite::connection::{self, Role};
use crate::db::sqlite::migrator::{PATIENCE, begin};
use crate::db::sqlite::place::Place;
use crate::db::sqlite::settings::SqliteSettings;

/// Makes those that are missing and that the application has a use for, as one migrator among others; those of an older
/// build get what they lack.
pub(crate) fn make(settings: &SqliteSettings, place: &Place, manifest: &Manifest) -> Result<()> {
    let wanted = own::wanted(manifest, Sqlite::NUMBERED);
    if wanted.is_empty() {
        return Ok(());
    }
    let mut sqlite = connection::open(Role::Writer, settings, place, PATIENCE)?;
    for tables in wanted {
        // A look takes no lock.
        if are_there(&sqlite, &tables).map_err(DbError::of_sqlite)? {
            continue;
        }
        let making = begin(&mut sqlite)?;
        add(&making, &tables).map_err(DbError::of_sqlite)?;
        making.commit().map_err(DbError::of_sqlite)?;
    }
    Ok(())
}

fn are_there(sqlite: &Connection, wanted: &OwnTables) -> rusqlite::Result<bool> {
    let names = wanted.names;
    let there = format!("SELECT count(*) FROM sqlite_schema WHERE name IN ({})", vec!["?"; names.len()].join(", "));
    let there: i64 = sqlite.query_row(&there, params_from_iter(names), |row| row.get(0))?;
    Ok(usize::try_from(there) == Ok(names.len()) && lacking(sqlite, wanted)?.is_empty())
}

/// The columns that its tables do not have.
fn lacking(sqlite: &Connection, wanted: &OwnTables) -> rusqlite::Result<Vec<Added>> {
    let mut lacking = Vec::new();
    for added in wanted.added {
        let there = "SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2";
        if sqlite.query_row::<i64, _, _>(there, [added.0, added.1], |row| row.get(0))? == 0 {
            lacking.push(*added);
        }
    }
    Ok(lacking)
}

fn add(sqlite: &Connection, wanted: &OwnTables) -> rusqlite::Result<()> {
    sqlite.execute_batch(&wanted.tables)?;
    for Added(table, column, is) in lacking(sqlite, wanted)? {
        sqlite.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN {column} {is}"))?;
    }
    sqlite.execute_batch(wanted.indexes)
}
