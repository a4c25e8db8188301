//! Backup and inspection of a database that is in use. Blocking.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use rusqlite::Connection;

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::sqlite::connection::{self, Role};
use crate::db::sqlite::place::Place;
use crate::db::sqlite::settings::SqliteSettings;

/// Opens the database as a reader, which a writer does not notice.
pub(crate) fn open(settings: &SqliteSettings, place: &Place) -> Result<Connection> {
    connection::open(Role::Reader, settings, place, settings.busy_timeout)
}

/// Writes one moment of the database to a new file, which is whole or not there.
pub(crate) fn backup(settings: &SqliteSettings, place: &Place, file: &Path) -> Result<()> {
    let name = file.display();
    let failed = |error: io::Error| DbError::unavailable(format!("the backup `{name}` can't be written"), error);
    if file.exists() {
        return Err(DbError::usage(format!("`{name}` exists, and a backup overwrites nothing")));
    }
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        let message = format!("the backup `{name}` can't be written: there is no folder `{}`", folder.display());
        return Err(DbError::usage(message));
    }
    let sqlite = open(settings, place)?;
    let mut partial = file.as_os_str().to_owned();
    partial.push(".partial");
    let partial = Path::new(&partial);
    // What an interrupted run left.
    if partial.exists() {
        fs::remove_file(partial).map_err(failed)?;
    }
    let written = sqlite.execute("VACUUM INTO ?1", [partial.to_string_lossy()]).map_err(|error| {
        // The code does not say which of the two is damaged or full.
        let source = place.file().display();
        DbError::of_sqlite(error).during(&format!("the backup of `{source}` to `{name}` failed"))
    });
    // A name that says "backup" is given only to what the disk has.
    let kept = written.and_then(|_| {
        File::open(partial).and_then(|written| written.sync_all()).map_err(failed)?;
        // Unlike a rename, a link fails where somebody was faster.
        fs::hard_link(partial, file).map_err(failed)
    });
    // In any case; where it fails, the whole copy is there under its own name as well.
    let _ = fs::remove_file(partial);
    kept
}

/// What SQLite finds damaged; a sentence each.
pub(crate) fn inspect(settings: &SqliteSettings, place: &Place) -> Result<Vec<String>> {
    let sqlite = open(settings, place)?;
    let damages = [
        "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
        "SELECT DISTINCT 'a row of table `' || \"table\" || '` refers to a row of `' || parent || '` that is not there'
         FROM pragma_foreign_key_check",
    ];
    let damages: Result<Vec<_>> = damages.iter().map(|sql| texts(&sqlite, sql)).collect();
    damages.map(|damages| damages.concat()).map_err(|error| place.naming(error))
}

fn texts(sqlite: &Connection, sql: &str) -> Result<Vec<String>> {
    let read = || sqlite.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>();
    read().map_err(DbError::of_sqlite)
}
