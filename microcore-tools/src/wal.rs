//! The write-ahead log of a `SQLite` file: in, a connection; out, the same with the log switched on.
//!
//! `SQLite` answers `SQLITE_BUSY` to the switch at once, whatever the busy timeout, where waiting could be a deadlock:
//! of several connections that open a new file together, all but one may be refused
//! (<https://sqlite.org/c3ref/busy_handler.html>).

use std::thread::sleep;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

/// How long others may take, which need the file for the switch alone.
const PATIENCE: Duration = Duration::from_secs(10);

/// Switches the log on. A file system without shared memory stays in the mode that it has. Blocks for 10 s at most.
pub(crate) fn switch_on(sqlite: &Connection) -> rusqlite::Result<()> {
    let until = Instant::now() + PATIENCE;
    loop {
        match sqlite.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())) {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && Instant::now() < until => {
                sleep(Duration::from_millis(2));
            }
            switched => return switched,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn of_many_that_open_a_new_file_together_none_is_refused() {
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("new.db");
            let start = std::sync::Barrier::new(8);
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        start.wait();
                        let sqlite = Connection::open(&file).unwrap();
                        sqlite.busy_timeout(Duration::from_secs(10)).unwrap();
                        switch_on(&sqlite).unwrap();
                        sqlite.execute_batch("CREATE TABLE IF NOT EXISTS t (n INTEGER)").unwrap();
                        let mode: String = sqlite.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
                        assert_eq!(mode, "wal");
                    });
                }
            });
        }
    }
}
