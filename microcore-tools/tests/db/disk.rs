//! SQLite on a disk that is full, read-only or damaged, and its backups: nothing acknowledged that is not stored,
//! nothing half-written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use microcore_runtime::database::Migrated;
use microcore_runtime::error::Error;
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::settings::{Environment, Settings};
use microcore_runtime::tool::Tool;
use microcore_tools::db::sqlite::{Sqlite, SqliteSettings};
use microcore_tools::db::{Database, DbErrorKind};

use crate::fixture::boot;

type Db = Database<Sqlite>;

fn settings(file: &Path) -> (SqliteSettings, Boot) {
    let environment = Environment::of([("DB_PATH", file.display().to_string())]);
    (SqliteSettings::load(&environment).unwrap(), boot(&[], false, environment))
}

async fn open(file: &Path) -> Result<Db, Error> {
    let (settings, boot) = settings(file);
    Db::setup(settings, &boot).await
}

async fn damages(file: &Path) -> Vec<String> {
    let (settings, boot) = settings(file);
    Db::inspect(settings, &boot).await.unwrap()
}

/// A disk of one megabyte that is mounted as long as this lives.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None`, and why, where this user may not mount.
    #[expect(clippy::print_stdout, reason = "says why a test is skipped")]
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(folder.path())
            .output()
            .is_ok_and(|output| output.status.success());
        if !mounted {
            let required = std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_some_and(|value| value == "1");
            assert!(!required, "this user may not mount a disk");
            println!("skipped: this user may not mount a disk");
            return None;
        }
        Some(Self(folder))
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("app.db")
    }

    fn remount(&self, how: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(self.0.path()).status().unwrap();
        assert!(done.success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: a connection of a test that failed may still be open.
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_writes_and_keeps_what_it_acknowledged() {
    let Some(disk) = SmallDisk::mount() else { return };
    let db = open(&disk.file()).await.unwrap();
    db.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY, body BLOB NOT NULL)", ()).await.unwrap();
    let body = vec![7_u8; 10_000];
    let add = "INSERT INTO kept (body) VALUES ($1) RETURNING id";
    let mut acknowledged: Vec<i64> = Vec::new();
    let refused = loop {
        match db.query_scalar(add, (&body,)).await {
            Ok(id) => acknowledged.push(id),
            Err(error) => break error,
        }
        assert!(acknowledged.len() < 1000, "a disk of one megabyte is full by now");
    };
    assert_eq!(refused.kind(), DbErrorKind::Unavailable, "{refused}");
    let refused = Error::from(refused);
    assert_eq!(refused.status(), 503);
    assert!(refused.to_string().contains(&disk.file().display().to_string()), "{refused}");
    let ended = db
        .transaction(async |tx| {
            for _ in 0..100 {
                tx.execute("INSERT INTO kept (body) VALUES ($1)", (&body,)).await?;
            }
            Ok(())
        })
        .await;
    let ended: microcore_tools::db::DbError = ended.unwrap_err();
    assert_eq!(ended.kind(), DbErrorKind::Unavailable, "{ended}");
    let ids = "SELECT id FROM kept ORDER BY id";
    assert_eq!(db.query::<i64>(ids, ()).await.unwrap(), acknowledged);
    // With room again, it goes on by itself.
    disk.remount("size=4m");
    acknowledged.push(db.query_scalar(add, (&body,)).await.unwrap());
    drop(db);
    assert_eq!(damages(&disk.file()).await, [""; 0]);
    assert_eq!(open(&disk.file()).await.unwrap().query::<i64>(ids, ()).await.unwrap(), acknowledged);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_becomes_read_only_refuses_writes_and_says_so() {
    let Some(disk) = SmallDisk::mount() else { return };
    let db = open(&disk.file()).await.unwrap();
    db.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY)", ()).await.unwrap();
    db.execute("INSERT INTO kept VALUES (1)", ()).await.unwrap();
    db.shutdown().await.unwrap();
    drop(db);
    disk.remount("ro");
    let error = open(&disk.file()).await.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("app.db` can't be opened") || error.contains("read"), "{error}");
    disk.remount("rw");
    assert_eq!(open(&disk.file()).await.unwrap().query::<i64>("SELECT id FROM kept", ()).await.unwrap(), [1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_committed_after_a_rollback_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder.path().join("app.db")).await.unwrap();
    db.execute("CREATE TABLE kept (id INTEGER PRIMARY KEY)", ()).await.unwrap();
    let failed = db
        .transaction(async |tx| {
            tx.execute("INSERT INTO kept VALUES (1)", ()).await?;
            Err::<(), _>(Error::conflict("no"))
        })
        .await;
    assert!(failed.is_err());
    db.transaction(async |tx| tx.execute("INSERT INTO kept VALUES (2)", ()).await).await.unwrap();
    // What a killed process leaves: the files as they are, with nobody to close them.
    let left = tempfile::tempdir().unwrap();
    for name in ["app.db", "app.db-wal"] {
        fs::copy(folder.path().join(name), left.path().join(name)).unwrap();
    }
    let found = open(&left.path().join("app.db")).await.unwrap();
    assert_eq!(found.query::<i64>("SELECT id FROM kept", ()).await.unwrap(), [2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_is_one_moment_of_a_database_that_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("app.db"), folder.path().join("copy.db"));
    let db = open(&file).await.unwrap();
    // Each transaction keeps the sum; a copy between two halves would not.
    db.execute("CREATE TABLE accounts (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL)", ()).await.unwrap();
    db.execute("INSERT INTO accounts VALUES (1, 1000), (2, 0)", ()).await.unwrap();
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let writer = tokio::spawn({
        let db = db.clone();
        async move {
            let mut moved = 0_u32;
            while stopped.try_recv().is_err() {
                db.transaction(async |tx| {
                    tx.execute("UPDATE accounts SET amount = amount - 1 WHERE id = 1", ()).await?;
                    tx.execute("UPDATE accounts SET amount = amount + 1 WHERE id = 2", ()).await
                })
                .await
                .unwrap();
                moved += 1;
            }
            moved
        }
    });
    for number in 0..5 {
        let (settings, boot) = settings(&file);
        Db::backup(settings, &boot, copy.with_extension(number.to_string())).await.unwrap();
    }
    stop.send(()).unwrap();
    assert!(writer.await.unwrap() > 0);
    for number in 0..5 {
        let copy = copy.with_extension(number.to_string());
        assert_eq!(damages(&copy).await, [""; 0]);
        let sum = open(&copy).await.unwrap().query_scalar::<i64>("SELECT sum(amount) FROM accounts", ()).await;
        assert_eq!(sum.unwrap(), 1000);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_overwrites_nothing_and_leaves_no_half() {
    let folder = tempfile::tempdir().unwrap();
    let (file, copy) = (folder.path().join("app.db"), folder.path().join("copy.db"));
    let db = open(&file).await.unwrap();
    db.execute("CREATE TABLE kept (body BLOB)", ()).await.unwrap();
    db.execute("INSERT INTO kept VALUES (zeroblob(3000000))", ()).await.unwrap();
    fs::write(&copy, "mine").unwrap();
    let backup = async |to: PathBuf| {
        let (settings, boot) = settings(&file);
        Db::backup(settings, &boot, to).await.map_err(|error| error.to_string())
    };
    assert!(backup(copy.clone()).await.unwrap_err().contains("exists, and a backup overwrites nothing"));
    assert_eq!(fs::read_to_string(&copy).unwrap(), "mine");
    let nowhere = folder.path().join("nowhere");
    let error = backup(nowhere.join("copy.db")).await.unwrap_err();
    assert!(error.contains(&format!("there is no folder `{}`", nowhere.display())), "{error}");
    // What an interrupted run left is in nobody's way.
    fs::write(folder.path().join("next.db.partial"), "half").unwrap();
    backup(folder.path().join("next.db")).await.unwrap();
    assert!(!folder.path().join("next.db.partial").exists());
    let Some(disk) = SmallDisk::mount() else { return };
    let error = backup(disk.file()).await.unwrap_err();
    assert!([&file, &disk.file()].iter().all(|name| error.contains(&name.display().to_string())), "{error}");
    assert_eq!(fs::read_dir(disk.0.path()).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_inspection_finds_torn_pages_and_rows_without_their_parent() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db");
    let db = open(&file).await.unwrap();
    db.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY, body TEXT UNIQUE)", ()).await.unwrap();
    db.execute("CREATE TABLE children (parent INTEGER REFERENCES parents (id))", ()).await.unwrap();
    for number in 0..500 {
        db.execute("INSERT INTO parents (body) VALUES ($1)", (format!("{number:0>90}"),)).await.unwrap();
    }
    db.execute("INSERT INTO children VALUES (1)", ()).await.unwrap();
    db.shutdown().await.unwrap();
    drop(db);
    assert_eq!(damages(&file).await, [""; 0]);
    let raw = rusqlite::Connection::open(&file).unwrap();
    raw.execute_batch("PRAGMA foreign_keys = off; DELETE FROM parents WHERE id = 1; PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    drop(raw);
    let found = damages(&file).await;
    assert_eq!(found, ["a row of table `children` refers to a row of `parents` that is not there"]);
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 2000].fill(0xff);
    fs::write(&file, bytes).unwrap();
    assert!(damages(&file).await.len() > 1);
}
