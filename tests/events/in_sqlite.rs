//! The battery on `bus: Stored` in the file of the application's own SQLite database.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::unused_async, clippy::pedantic, reason = "the same")]

mod battery;

use std::sync::OnceLock;

use microcore::settings::Environment;
use microcore_runtime::commands::{Exit, Surroundings, run};

microcore::app! { bus: Stored, root: "app" }

/// What the battery must know of the transport under test.
mod mount {
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex};

    /// Whether an event that was accepted survives the process.
    pub const KEEPS: bool = true;

    /// One folder per test, which outlives its applications.
    static FOLDERS: LazyLock<Mutex<HashMap<String, tempfile::TempDir>>> = LazyLock::new(Mutex::default);

    /// What the transport and the database are to be told, for a test of this name: both are in one file.
    pub async fn settings(test: &str) -> Option<Vec<(String, String)>> {
        // A bus remembers what it published where the application is one of a test, whose database is its own.
        if test == "settled" {
            return Some(vec![("BUS_POLL".to_owned(), "5ms".to_owned())]);
        }
        let mut folders = FOLDERS.lock().unwrap();
        let folder = folders.entry(test.to_owned()).or_insert_with(|| tempfile::tempdir().unwrap());
        let path = folder.path().join("app.db").display().to_string();
        Some([("DB_PATH", path), ("BUS_POLL", "5ms".into())].map(|(key, value)| (key.to_owned(), value)).to_vec())
    }
}

/// Where the command finds its database.
static FILE: OnceLock<String> = OnceLock::new();

#[test]
fn the_command_migrate_makes_the_tables_of_the_bus_in_the_file_of_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("app.db");
    FILE.set(path.display().to_string()).unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let environment = || Ok(Environment::of([("DB_PATH", FILE.get().unwrap().clone())]));
    let surroundings = Surroundings { folder: ".".into(), environment, out: &mut out, err: &mut err };
    let code = run::<App, _>(["yard", "migrate"], surroundings);
    assert!(code == Exit::Done.into(), "{}", String::from_utf8_lossy(&err));
    let file = rusqlite::Connection::open(&path).unwrap();
    let there: i64 = file
        .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'bus_broadcast'", (), |row| row.get(0))
        .unwrap();
    assert_eq!(there, 1);
}
