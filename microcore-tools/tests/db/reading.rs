//! Reads on SQLite: on the calling thread while they are short, elsewhere when they turn out long.

use std::thread::{self, ThreadId};
use std::time::Duration;

use microcore_runtime::tool::Tool;
use microcore_tools::db::{Database, DbErrorKind, FromValue, Mismatch, Params, Sqlite, Value};

/// Half a second's work and more.
const LONG: &str =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT $1) SELECT count(*), max(i) FROM n";

pub(crate) async fn a_long_one_gives_what_a_short_one_would(db: Database<Sqlite>) {
    for rows in [10_i64, 400_000, 10, 400_000] {
        assert_eq!(db.query::<(i64, i64)>(LONG, (rows,)).await.unwrap(), [(rows, rows)]);
    }
    // Longer than the budget in rows instead of steps.
    let list = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000) SELECT i FROM n";
    assert_eq!(db.query::<i64>(list, ()).await.unwrap().len(), 50_000);
    assert_eq!(db.query_one::<i64>(list, ()).await.unwrap(), Some(1));
}

pub(crate) async fn a_long_one_holds_no_worker(_: Database<Sqlite>) {
    // One worker, so that whatever holds it holds everything.
    let work = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let db = crate::fixture::waiting::<Sqlite>("200ms").await;
            let other = db.clone();
            let long = tokio::spawn(async move { other.query::<(i64, i64)>(LONG, (3_000_000_i64,)).await });
            tokio::task::yield_now().await;
            for n in 0..100_i64 {
                assert_eq!(db.query_scalar::<i64>("SELECT $1", (n,)).await.unwrap(), n);
            }
            assert!(!long.is_finished(), "the long read was done first, so it held the worker");
            assert_eq!(long.await.unwrap().unwrap(), [(3_000_000, 3_000_000)]);
        });
    };
    tokio::task::spawn_blocking(work).await.unwrap();
}

/// The thread on which a value was read.
struct ReadOn(ThreadId);

impl FromValue for ReadOn {
    fn from_value(_: Value<'_>) -> Result<Self, Mismatch> {
        Ok(Self(thread::current().id()))
    }
}

/// Whether a read ran on the thread that called.
async fn is_in_place(db: &Database<Sqlite>, sql: &str, params: impl Params) -> bool {
    // A test is not moved to another thread.
    db.query_scalar::<ReadOn>(sql, params).await.unwrap().0 == thread::current().id()
}

/// Asked again until the machine was not too busy to be quick.
async fn comes_back(db: &Database<Sqlite>, sql: &str, params: impl Params + Copy) {
    for _ in 0..1_000 {
        if is_in_place(db, sql, params).await {
            return;
        }
    }
    panic!("`{sql}` is short and was never read in place");
}

pub(crate) async fn what_can_not_be_interrupted_begins_elsewhere(db: Database<Sqlite>) {
    // Without an index, which would be counted instead.
    db.execute("CREATE TABLE lines (text TEXT)", ()).await.unwrap();
    // One step of SQLite's machine, in which nobody asks the budget.
    let count = "SELECT count(*) FROM lines";
    assert!(!is_in_place(&db, count, ()).await, "a table may be of any size");
    comes_back(&db, count, ()).await;
    let fill = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000)
        INSERT INTO lines SELECT printf('%0100d', i) FROM n";
    assert_eq!(db.execute(fill, ()).await.unwrap(), 100_000);
    // The table has grown: once the calling thread finds out, and from then on it is not held any more.
    let found_out = async || {
        for _ in 0..10 {
            if !is_in_place(&db, count, ()).await {
                return true;
            }
        }
        false
    };
    assert!(found_out().await);
    for _ in 0..20 {
        assert!(!is_in_place(&db, count, ()).await);
    }
}

pub(crate) async fn what_held_the_worker_is_read_elsewhere_the_next_time(db: Database<Sqlite>) {
    db.execute("INSERT INTO users (id, name) VALUES (1, 'x'), (2, $1)", ("x".repeat(20_000_000),)).await.unwrap();
    // The plan shows functions that are harmless in most statements.
    let long = "SELECT length(upper(name)) FROM users WHERE id = $1";
    comes_back(&db, long, (1_i64,)).await;
    // Whichever seat it is read on, it is held once.
    let mut held = 0;
    for _ in 0..20 {
        held += usize::from(is_in_place(&db, long, (2_i64,)).await);
    }
    assert!(held <= 2, "{held}");
    comes_back(&db, long, (1_i64,)).await;
}

pub(crate) async fn a_call_that_is_not_read_here_is_tried_here_once(db: Database<Sqlite>) {
    let list = "SELECT max(i) FROM (
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT $1) SELECT i FROM n)";
    assert!(!is_in_place(&db, list, (3_000_000_i64,)).await);
    // Fifty calls later a statement that was interrupted may try again; one that was tried twice would count twice.
    let mut elsewhere = 0;
    while !is_in_place(&db, list, (1_i64,)).await {
        elsewhere += 1;
        assert!(elsewhere <= 50, "it never comes back");
    }
    assert_eq!(elsewhere, 50);
}

pub(crate) async fn more_long_ones_than_readers_wait_in_turn(db: Database<Sqlite>) {
    let reads = (0..12).map(|_| db.query::<(i64, i64)>(LONG, (20_000_i64,)));
    for rows in futures_util::future::join_all(reads).await {
        assert_eq!(rows.unwrap(), [(20_000, 20_000)]);
    }
}

pub(crate) async fn one_that_nobody_waits_for_any_more_ends(db: Database<Sqlite>) {
    // As many as there are readers for long reads, each without an end.
    let endless = (0..4).map(|_| {
        let db = db.clone();
        tokio::spawn(async move { db.query::<(i64, i64)>(LONG, (i64::MAX,)).await })
    });
    let endless: Vec<_> = endless.collect();
    // All four are taken once a fifth finds none.
    let mut fifth = db.query::<(i64, i64)>(LONG, (20_000_i64,)).await;
    for _ in 0..1_000 {
        if fifth.is_err() {
            break;
        }
        fifth = db.query::<(i64, i64)>(LONG, (20_000_i64,)).await;
    }
    assert_eq!(fifth.unwrap_err().kind(), DbErrorKind::Unavailable);
    for read in endless {
        read.abort();
        assert!(read.await.unwrap_err().is_cancelled());
    }
    assert_eq!(db.query::<(i64, i64)>(LONG, (20_000_i64,)).await.unwrap(), [(20_000, 20_000)]);
}

pub(crate) async fn a_changed_schema_is_seen(db: Database<Sqlite>) {
    db.execute("INSERT INTO users (id, name) VALUES (1, 'Ana')", ()).await.unwrap();
    for n in 0..3_i64 {
        // On every seat, before and after.
        for _ in 0..8 {
            assert_eq!(db.query::<i64>("SELECT id FROM users", ()).await.unwrap(), [1]);
        }
        db.execute(&format!("ALTER TABLE users ADD COLUMN more{n} INTEGER DEFAULT {n}"), ()).await.unwrap();
        let sql = format!("SELECT more{n} FROM users");
        assert_eq!(db.query_scalar::<i64>(&sql, ()).await.unwrap(), n);
    }
}

/// SQLite reads the whole schema while it prepares the next statement, which a budget must not cut short each time.
pub(crate) async fn a_large_schema_that_another_process_changed_is_read(db: Database<Sqlite>) {
    let file: String = db.query_scalar("SELECT file FROM pragma_database_list WHERE name = 'main'", ()).await.unwrap();
    let theirs = rusqlite::Connection::open(file).unwrap();
    let tables = (0..400).map(|n| {
        let columns = (0..8).map(|column| format!("c{column} TEXT NOT NULL DEFAULT 'x'")).collect::<Vec<_>>();
        format!(
            "CREATE TABLE t{n} (id INTEGER PRIMARY KEY, {}); CREATE INDEX i{n} ON t{n} (c1, c2);",
            columns.join(", ")
        )
    });
    theirs.execute_batch(&format!("BEGIN; {} COMMIT;", tables.collect::<String>())).unwrap();
    for (round, change) in ["ALTER TABLE t2 ADD COLUMN extra TEXT", "VACUUM", "DROP TABLE t3"].into_iter().enumerate() {
        let known = "SELECT coalesce(max(id), 7) FROM t1";
        for _ in 0..8 {
            assert_eq!(db.query_scalar::<i64>(known, ()).await.unwrap(), 7);
        }
        theirs.execute_batch(change).unwrap();
        assert_eq!(db.query_scalar::<i64>(known, ()).await.unwrap(), 7, "{change}");
        theirs.execute_batch("CREATE TABLE IF NOT EXISTS last (id); DROP TABLE last").unwrap();
        // None of them was prepared before.
        for n in 0..8 {
            let sql = format!("SELECT coalesce(max(id), {n}) FROM t1{round}{n} WHERE c1 = $1");
            assert_eq!(db.query_scalar::<i64>(&sql, ("x",)).await.unwrap(), n, "{change}");
        }
        theirs.execute_batch("CREATE TABLE IF NOT EXISTS last (id); DROP TABLE last").unwrap();
        assert!(db.health_check().await.is_ok());
        assert!(db.describe_schema().await.unwrap().len() > 300);
        db.execute(&format!("INSERT INTO t2 (c1) VALUES ('{round}')"), ()).await.unwrap();
    }
    comes_back(&db, "SELECT coalesce(max(id), 0) FROM t9", ()).await;
}

pub(crate) async fn none_is_answered_after_the_end(db: Database<Sqlite>) {
    assert_eq!(db.query_scalar::<i64>("SELECT 1", ()).await.unwrap(), 1);
    db.shutdown().await.unwrap();
    for sql in ["SELECT 1", "INSERT INTO users (name) VALUES ('x') RETURNING 1"] {
        let late = tokio::time::timeout(Duration::from_secs(5), db.query_scalar::<i64>(sql, ())).await;
        assert_eq!(late.unwrap().unwrap_err().kind(), DbErrorKind::Unavailable);
    }
}
