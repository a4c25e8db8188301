//! The battery of schedules on a SQLite file.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::unused_async, clippy::pedantic, reason = "the same")]

mod application;
mod battery;
mod commands;

use application::{done, note, record};

microcore::app! { root: "app" }

/// What the battery must know of the database under test.
mod mount {
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex};

    /// One folder per test, which outlives its applications.
    static FOLDERS: LazyLock<Mutex<HashMap<String, tempfile::TempDir>>> = LazyLock::new(Mutex::default);

    /// What the database is to be told, for a test of this name.
    pub async fn settings(test: &str) -> Option<Vec<(String, String)>> {
        let mut folders = FOLDERS.lock().unwrap();
        let folder = folders.entry(test.to_owned()).or_insert_with(|| tempfile::tempdir().unwrap());
        Some(vec![("DB_PATH".to_owned(), folder.path().join("app.db").display().to_string())])
    }
}
