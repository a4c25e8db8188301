//! Reads on SQLite: on the calling thread while they are short, elsewhere when they turn out long.

use std::time::Duration;

use microcore_runtime::tool::Tool;
use microcore_tools::db::{Database, DbErrorKind, Sqlite};

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

pub(crate) async fn none_is_answered_after_the_end(db: Database<Sqlite>) {
    assert_eq!(db.query_scalar::<i64>("SELECT 1", ()).await.unwrap(), 1);
    db.shutdown().await.unwrap();
    for sql in ["SELECT 1", "INSERT INTO users (name) VALUES ('x') RETURNING 1"] {
        let late = tokio::time::timeout(Duration::from_secs(5), db.query_scalar::<i64>(sql, ())).await;
        assert_eq!(late.unwrap().unwrap_err().kind(), DbErrorKind::Unavailable);
    }
}
