//! Makes the tables of the outbox and the inbox. Blocking.

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::outbox::{NAMES, TABLES};
use crate::db::sqlite::connection::{self, Role};
use crate::db::sqlite::migrator::{PATIENCE, begin};
use crate::db::sqlite::place::Place;
use crate::db::sqlite::settings::SqliteSettings;

/// Makes those that are missing, as one migrator among others.
pub(crate) fn make(settings: &SqliteSettings, place: &Place) -> Result<()> {
    let mut sqlite = connection::open(Role::Writer, settings, place, PATIENCE)?;
    // A look takes no lock.
    let there = "SELECT count(*) FROM sqlite_schema WHERE name IN (?1, ?2, ?3, ?4)";
    let there: i64 = sqlite.query_row(there, NAMES, |row| row.get(0)).map_err(DbError::of_sqlite)?;
    if usize::try_from(there) == Ok(NAMES.len()) {
        return Ok(());
    }
    let making = begin(&mut sqlite)?;
    making.execute_batch(TABLES).map_err(DbError::of_sqlite)?;
    making.commit().map_err(DbError::of_sqlite)
}
