//! Writes that share a transaction on SQLite: each has its own result, and one that fails leaves the others whole.

use std::future::{Future, pending};
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use futures_util::future::join_all;
use microcore_tools::db::row::{Cells, Columns};
use microcore_tools::db::{Database, DbError, DbErrorKind, Row, Sqlite};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const ADD: &str = "INSERT INTO users (name, email) VALUES ($1, $2)";

/// Makes what `calls` begins wait in the writer's queue together, so that it becomes one group.
async fn at_once<T>(db: &Database<Sqlite>, calls: Vec<impl Future<Output = T>>) -> Vec<T> {
    let (began, holding) = oneshot::channel();
    let (release, released) = oneshot::channel::<()>();
    let holder: JoinHandle<Result<(), DbError>> = tokio::spawn({
        let db = db.clone();
        async move {
            db.transaction(async move |_| {
                began.send(()).unwrap();
                let _ = released.await;
                Ok(())
            })
            .await
        }
    });
    holding.await.unwrap();
    let mut calls = Box::pin(join_all(calls));
    // The first poll puts every call into the queue.
    assert!(calls.as_mut().now_or_never().is_none());
    release.send(()).unwrap();
    let results = calls.await;
    holder.await.unwrap().unwrap();
    results
}

async fn count(db: &Database<Sqlite>) -> i64 {
    db.query_scalar("SELECT count(*) FROM users", ()).await.unwrap()
}

pub(crate) async fn each_has_its_own_result(db: Database<Sqlite>) {
    let calls = (0..60_i64).map(|n| {
        let db = &db;
        // Each third takes an address that is taken.
        async move { db.execute(ADD, (format!("n{n}"), if n % 3 == 2 { n - 1 } else { n })).await }
    });
    let results = at_once(&db, calls.collect()).await;
    for (n, result) in results.into_iter().enumerate() {
        match result {
            Ok(changed) => assert!(changed == 1 && n % 3 != 2, "{n}"),
            Err(error) => {
                assert_eq!((error.kind(), error.table(), n % 3), (DbErrorKind::Unique, Some("users"), 2), "{error}");
                assert_eq!(error.columns(), ["email"]);
            }
        }
    }
    assert_eq!(count(&db).await, 40);
}

pub(crate) async fn a_first_one_that_fails_leaves_the_others_whole(db: Database<Sqlite>) {
    db.execute(ADD, ("Ana", "1")).await.unwrap();
    let calls = ["1", "2", "1", "3"].map(|email| db.execute(ADD, ("x", email))).into_iter().collect();
    let results = at_once(&db, calls).await;
    let succeeded: Vec<bool> = results.iter().map(Result::is_ok).collect();
    assert_eq!(succeeded, [false, true, false, true]);
    assert_eq!(count(&db).await, 3);
}

pub(crate) async fn a_deferred_violation_is_the_error_of_its_own_call(db: Database<Sqlite>) {
    db.execute("CREATE TABLE late (id INTEGER REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)", ()).await.unwrap();
    let sql =
        ["INSERT INTO users (id, name) VALUES (1, 'a')", "INSERT INTO late VALUES (99)", "INSERT INTO late VALUES (1)"];
    let results = at_once(&db, sql.iter().map(|sql| db.execute(sql, ())).collect()).await;
    let kinds: Vec<_> = results.iter().map(|result| result.as_ref().err().map(DbError::kind)).collect();
    assert_eq!(kinds, [None, Some(DbErrorKind::ForeignKey), None]);
    assert_eq!(db.query::<i64>("SELECT id FROM late", ()).await.unwrap(), [1]);
}

pub(crate) async fn one_that_rolls_everything_back_takes_only_itself_along(db: Database<Sqlite>) {
    db.execute(ADD, ("Ana", "1")).await.unwrap();
    let sql = [
        "INSERT INTO users (name) VALUES ('a')",
        "INSERT OR ROLLBACK INTO users (name, email) VALUES ('b', '1')",
        "INSERT OR FAIL INTO users (name, email) VALUES ('c', '2'), ('d', '1')",
        "COMMIT",
        "SAVEPOINT mine",
        "INSERT INTO users (name) VALUES ('e')",
    ];
    let results = at_once(&db, sql.iter().map(|sql| db.execute(sql, ())).collect()).await;
    let kinds: Vec<_> = results.iter().map(|result| result.as_ref().err().map(DbError::kind)).collect();
    let (unique, usage) = (Some(DbErrorKind::Unique), Some(DbErrorKind::Usage));
    assert_eq!(kinds, [None, unique, unique, usage, usage, None]);
    let names: Vec<String> = db.query("SELECT name FROM users ORDER BY name", ()).await.unwrap();
    assert_eq!(names, ["Ana", "a", "e"]);
}

pub(crate) async fn nothing_is_left_of_one_that_fails_however_it_does(db: Database<Sqlite>) {
    for sql in [
        "CREATE TABLE log (name TEXT)",
        "CREATE TABLE strict (name TEXT UNIQUE ON CONFLICT FAIL)",
        "CREATE TABLE guarded (name TEXT)",
        // Written by a trigger before another part of it says no, and does not take it back.
        "CREATE TRIGGER guard AFTER INSERT ON guarded BEGIN INSERT INTO log VALUES (new.name);
         SELECT RAISE(FAIL, 'no') WHERE new.name = 'x'; END",
        "CREATE TRIGGER note AFTER UPDATE ON users BEGIN INSERT INTO log VALUES (new.name); END",
        "CREATE VIRTUAL TABLE words USING fts5(word)",
        "INSERT INTO users (name, email) VALUES ('Ana', '1'), ('Ben', '2')",
    ] {
        db.execute(sql, ()).await.unwrap();
    }
    let statements = [
        ("INSERT INTO users (name, email) VALUES ('a', '3')", true),
        ("INSERT INTO users (name, email) VALUES ('b', '4'), ('c', '1')", false),
        ("INSERT INTO strict VALUES ('d'), ('e'), ('d')", false),
        ("INSERT INTO guarded VALUES ('f'), ('x')", false),
        // Notes two rows, then fails.
        ("UPDATE users SET email = name || json_extract(iif(name = 'a', '{', '{}'), '$.x')", false),
        ("INSERT INTO words VALUES ('g')", true),
        ("INSERT INTO words (rowid, word) VALUES (1, 'h'), ('no number', 'i')", false),
        ("INSERT INTO users (name, email) VALUES ('j', '5')", true),
    ];
    let results = at_once(&db, statements.iter().map(|(sql, _)| db.execute(sql, ())).collect()).await;
    for ((sql, succeeds), result) in statements.iter().zip(&results) {
        assert_eq!(result.is_ok(), *succeeds, "{sql}: {result:?}");
    }
    let names: Vec<String> = db.query("SELECT name FROM users ORDER BY id", ()).await.unwrap();
    assert_eq!(names, ["Ana", "Ben", "a", "j"]);
    for (table, rows) in [("log", 0), ("strict", 0), ("guarded", 0), ("words", 1)] {
        let there: i64 = db.query_scalar(&format!("SELECT count(*) FROM {table}"), ()).await.unwrap();
        assert_eq!(there, rows, "{table}");
    }
}

pub(crate) async fn a_row_that_can_not_be_read_undoes_its_own_statement(db: Database<Sqlite>) {
    let add = |email: &str| format!("INSERT INTO users (name, email) VALUES ('x', '{email}') RETURNING email");
    let texts = ["1", "2", "no number", "3"].map(add);
    let results = at_once(&db, texts.iter().map(|sql| db.query_scalar::<i64>(sql, ())).collect()).await;
    assert!(results.iter().all(Result::is_err), "an email is text");
    assert_eq!(count(&db).await, 0);
    let calls = texts.iter().map(|sql| async { db.query_scalar::<String>(sql, ()).await }).collect();
    let results = at_once(&db, calls).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(count(&db).await, 4);
}

pub(crate) async fn one_without_its_row_undoes_nothing_of_others(db: Database<Sqlite>) {
    db.execute(ADD, ("Ana", "1")).await.unwrap();
    let rename = "UPDATE users SET name = 'x' WHERE email = $1 RETURNING id";
    let calls = ["1", "nobody", "1"].map(|email| db.query_scalar::<i64>(rename, (email,)));
    let results = at_once(&db, calls.into_iter().collect()).await;
    let kinds: Vec<_> = results.iter().map(|result| result.as_ref().err().map(DbError::kind)).collect();
    assert_eq!(kinds, [None, Some(DbErrorKind::NoRows), None]);
}

/// Panics when it is read.
#[derive(Debug)]
struct Trap;

impl Row for Trap {
    type Reads = microcore_tools::db::reads::Unknown;
    type Positions = ();

    fn positions(_: &Columns<'_>) -> Result<(), DbError> {
        Ok(())
    }

    fn read<C: Cells>((): &(), _: &C) -> Result<Self, DbError> {
        panic!("on purpose")
    }
}

pub(crate) async fn a_panic_reaches_its_own_caller(db: Database<Sqlite>) {
    let calls = (0..3).map(|n| {
        let db = &db;
        let call = async move {
            if n == 1 {
                db.query::<Trap>("INSERT INTO users (name) VALUES ('x') RETURNING id", ()).await.map(|_| 0)
            } else {
                db.execute("INSERT INTO users (name) VALUES ('y')", ()).await
            }
        };
        AssertUnwindSafe(call).catch_unwind()
    });
    let results = at_once(&db, calls.collect()).await;
    let panicked: Vec<bool> = results.iter().map(Result::is_err).collect();
    assert_eq!(panicked, [false, true, false]);
    assert_eq!(count(&db).await, 2);
    assert!(AssertUnwindSafe(db.query::<Trap>("SELECT 1", ())).catch_unwind().await.is_err());
    assert_eq!(count(&db).await, 2);
}

pub(crate) async fn a_call_that_was_given_up_in_the_queue_never_runs(db: Database<Sqlite>) {
    let given_up = {
        let db = db.clone();
        async move {
            let write = db.execute(ADD, ("gone", "1"));
            tokio::select! {
                biased;
                _ = write => unreachable!("the writer is held"),
                () = std::future::ready(()) => {}
            }
        }
    };
    db.transaction(async |tx| {
        // A task is outside of the transaction: inside, the write would be refused.
        tokio::spawn(given_up).await.expect("it is given up");
        tx.execute(ADD, ("Ana", "2")).await
    })
    .await
    .unwrap();
    db.execute(ADD, ("Bo", "3")).await.unwrap();
    let names: Vec<String> = db.query("SELECT name FROM users ORDER BY name", ()).await.unwrap();
    assert_eq!(names, ["Ana", "Bo"]);
}

pub(crate) async fn a_full_queue_keeps_calls_waiting_and_then_turns_them_away(db: Database<Sqlite>) {
    let (began, holding) = oneshot::channel();
    let holder = tokio::spawn({
        let db = db.clone();
        async move {
            db.transaction(async move |_| {
                began.send(()).unwrap();
                pending::<Result<(), DbError>>().await
            })
            .await
        }
    });
    holding.await.unwrap();
    // Twice what the queue holds.
    let calls = (0..2 * crate::fixture::QUEUE).map(|_| db.execute("INSERT INTO users (name) VALUES ('x')", ()));
    for result in join_all(calls).await {
        assert_eq!(result.unwrap_err().kind(), DbErrorKind::Unavailable);
    }
    holder.abort();
    assert!(holder.await.unwrap_err().is_cancelled());
    db.execute(ADD, ("Ana", "1")).await.unwrap();
    assert_eq!(count(&db).await, 1);
}

pub(crate) async fn lists_share_a_transaction_too(db: Database<Sqlite>) {
    let lists = [["1", "2"], ["3", "1"], ["4", "5"]];
    let calls = lists.map(|emails| db.execute_many(ADD, emails.map(|email| ("x", email)))).into_iter().collect();
    let counts: Vec<Option<u64>> = at_once(&db, calls).await.into_iter().map(Result::ok).collect();
    assert_eq!(counts, [Some(2), None, Some(2)]);
    let emails: Vec<String> = db.query("SELECT email FROM users ORDER BY email", ()).await.unwrap();
    assert_eq!(emails, ["1", "2", "4", "5"]);
}

pub(crate) async fn statements_outside_of_transactions_stand_alone(db: Database<Sqlite>) {
    let sql =
        ["INSERT INTO users (name) VALUES ('a')", "VACUUM", "-- why\nPRAGMA user_version = 7", "DELETE FROM users"];
    for result in at_once(&db, sql.iter().map(|sql| db.execute(sql, ())).collect()).await {
        result.unwrap();
    }
    assert_eq!(db.query_scalar::<i64>("PRAGMA user_version", ()).await.unwrap(), 7);
    assert_eq!(count(&db).await, 0);
}

pub(crate) async fn a_paused_clock_cuts_no_wait_short(_: Database<Sqlite>) {
    let work = || {
        let paused = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        paused.block_on(async {
            let db = crate::fixture::waiting::<Sqlite>("2s").await;
            let slow =
                "INSERT INTO users (name) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000)
                        SELECT 'x' FROM n";
            let (slow, quick) = tokio::join!(db.execute(slow, ()), db.execute(ADD, ("Ana", "1")));
            assert_eq!((slow.unwrap(), quick.unwrap()), (50_000, 1));
        });
    };
    tokio::task::spawn_blocking(work).await.unwrap();
}
