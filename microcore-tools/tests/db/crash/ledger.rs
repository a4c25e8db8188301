//! The table that is written to, and what must be true of it afterwards.
//!
//! Each writer stores 1, 2, 3, … and goes on only when it was answered. So what is stored of it must be 1 to n without
//! a hole, n must be at least what was acknowledged, and at most one more: the write that was under way.

use std::collections::BTreeMap;
use std::path::Path;

use microcore_runtime::manifest::Migration;
use microcore_runtime::settings::{Environment, Settings};
use microcore_runtime::tool::Tool;
use microcore_tools::db::backend::Result;
use microcore_tools::db::{Database, Sqlite};
use rusqlite::Connection;

const LEDGER: Migration = Migration {
    domain: "ledger",
    file: "001_ledger.sql",
    sql: "CREATE TABLE entries (writer INTEGER NOT NULL, number INTEGER NOT NULL, half INTEGER NOT NULL, filling BLOB,
                                PRIMARY KEY (writer, number, half))",
};

/// The last number that each writer was answered for.
pub(crate) type Acknowledged = BTreeMap<i64, i64>;

pub(crate) async fn open(file: &Path) -> Result<Database<Sqlite>, microcore_runtime::error::Error> {
    let environment = Environment::of([("DB_PATH", file.to_str().unwrap()), ("DB_SYNCHRONOUS", "full")]);
    let settings = <Database<Sqlite> as Tool>::Settings::load(&environment).unwrap();
    Database::setup(settings, &crate::fixture::boot(&[LEDGER], false, environment)).await
}

/// The last number of each writer.
pub(crate) async fn last(db: &Database<Sqlite>) -> Acknowledged {
    let sql = "SELECT writer, max(number) FROM entries GROUP BY writer";
    db.query::<(i64, i64)>(sql, ()).await.unwrap().into_iter().collect()
}

/// Stores one number: every third in two calls of one transaction, every third as two rows of one statement.
pub(crate) async fn store(db: &Database<Sqlite>, writer: i64, number: i64, filling: &[u8]) -> Result<()> {
    const HALF: &str = "INSERT INTO entries VALUES ($1, $2, $3, $4)";
    if number % 3 == 0 {
        return db
            .transaction(async |tx| {
                tx.execute(HALF, (writer, number, 0, filling)).await?;
                tx.execute(HALF, (writer, number, 1, filling)).await.map(drop)
            })
            .await;
    }
    let both = "INSERT INTO entries VALUES ($1, $2, 0, $3), ($1, $2, 1, $3)";
    db.execute(both, (writer, number, filling)).await.map(drop)
}

/// Looks at the file with nothing of ours; how many entries there are.
#[track_caller]
pub(crate) fn check(file: &Path, acknowledged: &Acknowledged, what: &str) -> i64 {
    let sqlite = Connection::open(file).unwrap();
    let verdict: String = sqlite.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(verdict, "ok", "{what}");
    let halves = "SELECT count(*) FROM (SELECT 1 FROM entries GROUP BY writer, number HAVING count(*) <> 2)";
    let halves: i64 = sqlite.query_row(halves, [], |row| row.get(0)).unwrap();
    assert_eq!(halves, 0, "{what}: entries are there by half");
    let mut statement =
        sqlite.prepare("SELECT writer, max(number), count(*) / 2 FROM entries GROUP BY writer").unwrap();
    let stored: Vec<(i64, i64, i64)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let mut entries = 0;
    let mut missing = acknowledged.clone();
    for (writer, last, count) in stored {
        let answered = missing.remove(&writer).unwrap_or(0);
        assert_eq!(last, count, "{what}: writer {writer} has a hole");
        assert!(last >= answered, "{what}: writer {writer} was answered for {answered}, and {last} is stored");
        assert!(last <= answered + 1, "{what}: writer {writer} was answered for {answered}, and {last} is stored");
        entries += count;
    }
    assert!(missing.values().all(|last| *last == 0), "{what}: all of {missing:?} is missing");
    entries
}
