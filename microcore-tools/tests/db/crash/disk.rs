//! A disk that is full or can't be written to: a clear error, nothing acknowledged, nothing there by half, and all is
//! well again when there is room.

use std::fs;
use std::path::Path;
use std::process::Command;

use futures_util::future::join_all;
use microcore_tools::db::{Database, DbErrorKind, Sqlite};

use crate::crash::ledger::{self, Acknowledged};

/// A file system of its own, in memory and small.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None` where this process may not mount one.
    #[expect(clippy::print_stderr, reason = "who reads the output of a test must see that it was skipped")]
    fn mount(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let options = format!("size={size}");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder.path()).output().unwrap();
        if mounted.status.success() {
            return Some(Self(folder));
        }
        let reason = String::from_utf8_lossy(&mounted.stderr).into_owned();
        let required = std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_some();
        assert!(!required, "a tmpfs must be mountable here: {reason}");
        eprintln!("skipped: a small tmpfs can't be mounted, which takes root: {reason}");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn remount(&self, options: &str) {
        let done = Command::new("mount").args(["-o", options]).arg(self.path()).status().unwrap();
        assert!(done.success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a failing test may still hold files.
        let done = Command::new("umount").arg("-l").arg(self.path()).status();
        assert!(std::thread::panicking() || done.unwrap().success());
    }
}

/// Each of 64 writers stores until it fails; what was answered, and the kinds of the failures.
async fn write_until_full(db: &Database<Sqlite>, from: &Acknowledged) -> (Acknowledged, Vec<DbErrorKind>) {
    let writers = (1..=64_i64).map(|writer| async move {
        let mut number = from.get(&writer).copied().unwrap_or(0);
        loop {
            match ledger::store(db, writer, number + 1, &[7; 900]).await {
                Ok(()) => number += 1,
                Err(error) => return ((writer, number), error.kind()),
            }
        }
    });
    join_all(writers).await.into_iter().unzip()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_fails_every_write_of_the_group_and_heals() {
    let Some(disk) = SmallDisk::mount("6m") else { return };
    let (file, ballast) = (disk.path().join("app.db"), disk.path().join("ballast"));
    fs::write(&ballast, vec![0; 3 << 20]).unwrap();
    let db = ledger::open(&file).await.unwrap();

    let (answered, kinds) = write_until_full(&db, &Acknowledged::new()).await;
    assert!(kinds.iter().all(|kind| *kind == DbErrorKind::Unavailable), "{kinds:?}");
    assert!(answered.values().sum::<i64>() > 64, "{answered:?}");
    // A write that failed is not there: not one more than what was answered.
    assert_eq!(ledger::last(&db).await, answered.iter().filter(|(_, n)| **n > 0).map(|(w, n)| (*w, *n)).collect());

    fs::remove_file(&ballast).unwrap();
    let (more, kinds) = write_until_full(&db, &answered).await;
    assert!(more.values().sum::<i64>() > answered.values().sum(), "there was room again, and nothing was written");
    assert!(kinds.iter().all(|kind| *kind == DbErrorKind::Unavailable), "{kinds:?}");
    drop(db);
    ledger::check(&file, &more, "after the disk was full twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_read_only_is_a_clear_error_at_boot() {
    let Some(disk) = SmallDisk::mount("6m") else { return };
    let file = disk.path().join("app.db");
    let db = ledger::open(&file).await.unwrap();
    let log = disk.path().join("app.db-wal");
    assert!(log.exists());
    drop(db);
    assert!(!log.exists(), "the last handle leaves one file behind");
    // With and without the log: SQLite opens the first for reading, and refuses the second.
    for with_log in [true, false] {
        let held = with_log.then(|| {
            let sqlite = rusqlite::Connection::open(&file).unwrap();
            sqlite.execute_batch("CREATE TABLE IF NOT EXISTS more (id INTEGER)").unwrap();
            [log.clone(), disk.path().join("app.db-shm")].map(|file| (fs::read(&file).unwrap(), file))
        });
        for (bytes, file) in held.into_iter().flatten() {
            fs::write(file, bytes).unwrap();
        }
        disk.remount("remount,ro");
        let message = ledger::open(&file).await.unwrap_err().to_string();
        assert!(message.contains("can't be opened") && message.contains("app.db"), "{message}");
        disk.remount("remount,rw");
        for file in ["app.db-wal", "app.db-shm"] {
            let _ = fs::remove_file(disk.path().join(file));
        }
    }
    ledger::store(&ledger::open(&file).await.unwrap(), 1, 1, b"").await.unwrap();
}
