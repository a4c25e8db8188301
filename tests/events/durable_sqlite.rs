//! The battery on the transport in a SQLite file.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::unused_async, clippy::pedantic, reason = "the same")]

mod battery;
mod crash;
mod file;

microcore::app! { bus: DurableSqlite, root: "app" }

/// What the battery must know of the transport under test.
mod mount {
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex};

    /// Whether an event that was accepted survives the process.
    pub const KEEPS: bool = true;

    /// One folder per test, which outlives its applications.
    static FOLDERS: LazyLock<Mutex<HashMap<String, tempfile::TempDir>>> = LazyLock::new(Mutex::default);

    /// What the transport is to be told, for a test of this name.
    pub async fn settings(test: &str) -> Option<Vec<(String, String)>> {
        let mut folders = FOLDERS.lock().unwrap();
        let folder = folders.entry(test.to_owned()).or_insert_with(|| tempfile::tempdir().unwrap());
        let path = folder.path().join("bus.db").display().to_string();
        Some([("BUS_PATH", path), ("BUS_POLL", "5ms".into())].map(|(key, value)| (key.to_owned(), value)).to_vec())
    }
}
