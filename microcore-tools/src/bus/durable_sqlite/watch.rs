//! Whether somebody wrote the file: a look at its log's size and time, which asks SQLite nothing.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Times of files are as coarse as this at most: what was written so recently may be written again unseen.
const COARSE: Duration = Duration::from_millis(50);

/// The write-ahead log of one file.
#[derive(Debug)]
pub(super) struct Watch {
    log: PathBuf,
    /// It is looked at no more often than this.
    every: Duration,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    written: Option<(SystemTime, u64)>,
    /// It was written just before the last look.
    fresh: bool,
    /// When the last look was.
    at: Option<Instant>,
}

impl Watch {
    pub(super) fn of(file: &Path, every: Duration) -> Self {
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        Self { log: log.into(), every, seen: Mutex::default() }
    }

    /// Whether it may have been written since the last look. A process that writes all the time looks no more often.
    pub(super) fn changed(&self) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.at.is_some_and(|at| at.elapsed() < self.every) {
            return false;
        }
        let log = std::fs::metadata(&self.log).ok();
        let written = log.and_then(|log| Some((log.modified().ok()?, log.len())));
        let changed = seen.fresh || seen.written != written;
        // A time that lies ahead is no age; it is not looked at for ever.
        let age = written.and_then(|(time, _)| time.elapsed().ok());
        let fresh = seen.written != written && age.is_some_and(|age| age < COARSE);
        *seen = Seen { written, fresh, at: Some(Instant::now()) };
        changed
    }
}
