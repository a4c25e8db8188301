//! Transactions: all or nothing, also on panic and cancellation; nested by savepoint.

use std::future::pending;

use microcore_runtime::error::Error;
use microcore_tools::db::{Backend, Database, DbError, DbErrorKind};
use tokio::sync::oneshot;

use crate::fixture;

const ADD: &str = "INSERT INTO users (name) VALUES ($1)";

async fn names<B: Backend>(db: &Database<B>) -> Vec<String> {
    db.query("SELECT name FROM users ORDER BY name", ()).await.unwrap()
}

pub(crate) async fn commits_what_succeeded<B: Backend>(db: Database<B>) {
    let seen = db
        .transaction(async |tx| {
            tx.execute(ADD, ("a",)).await?;
            let id: i64 = tx.query_scalar("INSERT INTO users (name) VALUES ($1) RETURNING id", ("b",)).await?;
            assert_eq!(tx.query_one::<String>("SELECT name FROM users WHERE id = $1", (id,)).await?, Some("b".into()));
            tx.execute_many(ADD, [("c",), ("d",)]).await?;
            tx.query::<String>("SELECT name FROM users ORDER BY name", ()).await
        })
        .await
        .unwrap();
    assert_eq!(seen, ["a", "b", "c", "d"]);
    assert_eq!(names(&db).await, seen);
}

pub(crate) async fn rolls_back_what_failed_and_stays_clean<B: Backend>(db: Database<B>) {
    let failed: Result<(), Error> = db
        .transaction(async |tx| {
            tx.execute(ADD, ("a",)).await?;
            Err(Error::conflict("no"))
        })
        .await;
    assert_eq!(failed.unwrap_err().status(), 409);
    db.execute(ADD, ("b",)).await.unwrap();
    assert_eq!(names(&db).await, ["b"]);
    let ended = db.transaction(async |tx| tx.execute("COMMIT", ()).await).await.unwrap_err();
    assert_eq!(ended.kind(), DbErrorKind::Usage);
    assert_eq!(db.execute("/* x */ begin", ()).await.unwrap_err().kind(), DbErrorKind::Usage);
    assert!(db.query::<i64>("BEGIN", ()).await.is_err());
    db.execute(ADD, ("c",)).await.unwrap();
}

/// More rows than go to a server at once, of which one in the middle can't be stored.
pub(crate) async fn rows_behind_one_that_fails_change_nothing<B: Backend>(db: Database<B>) {
    const BOTH: &str = "INSERT INTO users (name, email) VALUES ($1, $2)";
    let rows = |twice: usize| (0..200).map(move |row| ("x", (row > 0).then(|| format!("{}", row.min(twice)))));
    let stored = db
        .transaction(async |tx| {
            tx.execute(ADD, ("before",)).await?;
            let failed: Result<(), DbError> =
                tx.transaction(async |tx| tx.execute_many(BOTH, rows(150)).await.map(drop)).await;
            assert_eq!(failed.unwrap_err().kind(), DbErrorKind::Unique);
            tx.execute(ADD, ("behind",)).await?;
            tx.execute_many(BOTH, rows(200)).await
        })
        .await;
    assert_eq!(stored.unwrap(), 200);
    let count: i64 = db.query_scalar("SELECT count(*) FROM users", ()).await.unwrap();
    assert_eq!(count, 202);
    db.execute_many(BOTH, rows(150)).await.unwrap_err();
    assert_eq!(db.query_scalar::<i64>("SELECT count(*) FROM users", ()).await.unwrap(), 202);
}

/// What begins it waits for something to do: who only looks around is no transaction to anybody.
pub(crate) async fn one_that_asks_nothing_ends_well<B: Backend>(db: Database<B>) {
    db.transaction(async |_| Ok::<_, DbError>(())).await.unwrap();
    let failed: Result<(), Error> = db.transaction(async |_| Err(Error::conflict("no"))).await;
    assert_eq!(failed.unwrap_err().status(), 409);
    let nested = db.transaction(async |tx| tx.transaction(async |tx| tx.execute(ADD, ("a",)).await).await).await;
    assert_eq!(nested.unwrap(), 1);
    assert_eq!(names(&db).await, ["a"]);
}

pub(crate) async fn a_commit_that_fails_leaves_nothing<B: Backend>(db: Database<B>) {
    let children = "CREATE TABLE children (id BIGINT PRIMARY KEY,
        parent BIGINT REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)";
    db.execute(children, ()).await.unwrap();
    let orphan = "INSERT INTO children VALUES ($1, 99)";
    let failed = db
        .transaction(async |tx| {
            tx.execute(ADD, ("a",)).await?;
            // Checked at the end only.
            assert_eq!(tx.execute(orphan, (1,)).await?, 1);
            Ok::<_, DbError>(())
        })
        .await
        .unwrap_err();
    assert_eq!(failed.kind(), DbErrorKind::ForeignKey, "{failed}");
    // A single call is a transaction too, and so is one among many that are written at once.
    let single = async |id: i64| db.execute(orphan, (id,)).await.unwrap_err().kind();
    let good = async |name: &'static str| db.execute(ADD, (name,)).await.unwrap();
    let (second, one, third, two) = tokio::join!(single(2), good("b"), single(3), good("c"));
    assert_eq!((second, third), (DbErrorKind::ForeignKey, DbErrorKind::ForeignKey));
    assert_eq!((one, two), (1, 1));
    assert_eq!(names(&db).await, ["b", "c"]);
    assert!(db.query::<i64>("SELECT id FROM children", ()).await.unwrap().is_empty());
}

pub(crate) async fn a_panic_rolls_back<B: Backend>(db: Database<B>) {
    let other = db.clone();
    let panicked = tokio::spawn(async move {
        other
            .transaction(async |tx| {
                tx.execute(ADD, ("a",)).await?;
                assert!(tx.query::<i64>("SELECT 1", ()).await?.is_empty(), "on purpose");
                Ok::<_, DbError>(())
            })
            .await
    });
    assert!(panicked.await.unwrap_err().is_panic());
    db.execute(ADD, ("b",)).await.unwrap();
    assert_eq!(names(&db).await, ["b"]);
}

pub(crate) async fn a_cancelled_one_rolls_back_and_frees_the_writer<B: Backend>(db: Database<B>) {
    let (wrote, written) = oneshot::channel();
    let other = db.clone();
    let task = tokio::spawn(async move {
        other
            .transaction(async move |tx| {
                tx.execute(ADD, ("a",)).await?;
                wrote.send(()).unwrap();
                pending::<()>().await;
                Ok::<_, DbError>(())
            })
            .await
    });
    written.await.unwrap();
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    db.execute(ADD, ("b",)).await.unwrap();
    assert_eq!(names(&db).await, ["b"]);
}

pub(crate) async fn others_never_see_what_is_not_committed<B: Backend>(db: Database<B>) {
    db.transaction(async |tx| {
        tx.execute(ADD, ("a",)).await?;
        let other = db.clone();
        assert!(tokio::spawn(async move { names(&other).await }).await.unwrap().is_empty());
        Ok::<_, DbError>(())
    })
    .await
    .unwrap();
    assert_eq!(names(&db).await, ["a"]);
}

pub(crate) async fn a_nested_one_is_undone_alone<B: Backend>(db: Database<B>) {
    db.transaction(async |tx| {
        tx.execute(ADD, ("a",)).await?;
        let failed: Result<(), Error> = tx
            .transaction(async |tx| {
                tx.execute(ADD, ("b",)).await?;
                tx.transaction(async |tx| tx.execute(ADD, ("c",)).await).await?;
                Err(Error::conflict("no"))
            })
            .await;
        assert!(failed.is_err());
        tx.transaction(async |tx| tx.execute(ADD, ("d",)).await).await?;
        tx.execute(ADD, ("e",)).await
    })
    .await
    .unwrap();
    assert_eq!(names(&db).await, ["a", "d", "e"]);
}

pub(crate) async fn an_abandoned_nested_one_is_undone<B: Backend>(db: Database<B>) {
    db.transaction(async |tx| {
        tx.execute(ADD, ("a",)).await?;
        let (wrote, written) = oneshot::channel();
        let nested = tx.transaction(async move |tx| {
            tx.execute(ADD, ("b",)).await?;
            wrote.send(()).unwrap();
            pending::<Result<(), DbError>>().await
        });
        tokio::select! {
            _ = nested => unreachable!("it never ends"),
            _ = written => {}
        }
        tx.execute(ADD, ("c",)).await
    })
    .await
    .unwrap();
    assert_eq!(names(&db).await, ["a", "c"]);
}

pub(crate) async fn a_cancelled_call_ends_it<B: Backend>(db: Database<B>) {
    let ended = db
        .transaction(async |tx| {
            tx.execute(ADD, ("a",)).await?;
            // Polled once, so that it has begun, then dropped.
            tokio::select! {
                biased;
                _ = tx.query::<i64>("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000) SELECT count(*) FROM n", ()) => {}
                () = std::future::ready(()) => {}
            }
            Ok::<_, DbError>(())
        })
        .await
        .unwrap_err();
    assert_eq!(ended.kind(), DbErrorKind::Usage);
    assert!(names(&db).await.is_empty());
}

pub(crate) async fn read_modify_write_is_serialised<B: Backend>(db: Database<B>) {
    db.execute("INSERT INTO users (name, age) VALUES ('a', 0)", ()).await.unwrap();
    let add = |db: Database<B>| async move {
        loop {
            let added = db
                .transaction(async |tx| {
                    let age: i64 = tx.query_scalar("SELECT age FROM users", ()).await?;
                    tokio::task::yield_now().await;
                    tx.execute("UPDATE users SET age = $1", (age + 1,)).await
                })
                .await;
            match added {
                Ok(changed) => break assert_eq!(changed, 1),
                // PostgreSQL says that it can't be as if one ran after the other; then nothing happened.
                Err(error) => assert_eq!(error.kind(), DbErrorKind::Busy, "{error}"),
            }
        }
    };
    tokio::join!(add(db.clone()), add(db.clone()), add(db.clone()));
    assert_eq!(db.query_scalar::<i64>("SELECT age FROM users", ()).await.unwrap(), 3);
}

pub(crate) async fn a_write_beside_it_is_refused_at_once<B: Backend>(db: Database<B>) {
    db.transaction(async |tx| {
        tx.execute(ADD, ("a",)).await?;
        let writes = [
            db.execute(ADD, ("b",)).await.unwrap_err(),
            db.execute_many(ADD, [("b",)]).await.unwrap_err(),
            db.query::<i64>("INSERT INTO users (name) VALUES ('b') RETURNING id", ()).await.unwrap_err(),
            db.transaction(async |other| other.execute(ADD, ("b",)).await).await.unwrap_err(),
        ];
        for error in writes {
            assert_eq!(error.kind(), DbErrorKind::Usage, "{error}");
            assert!(error.to_string().contains("must be made on `tx`"), "{error}");
        }
        // A read beside it sees what was committed before.
        assert!(names(&db).await.is_empty());
        Ok::<_, DbError>(())
    })
    .await
    .unwrap();
    assert_eq!(names(&db).await, ["a"]);
}

pub(crate) async fn work_that_it_spawned_neither_joins_nor_loses_it<B: Backend>(db: Database<B>) {
    let mut spawned = None;
    let failed: Result<(), Error> = db
        .transaction(async |tx| {
            tx.execute(ADD, ("inside",)).await?;
            let other = db.clone();
            spawned = Some(tokio::spawn(async move { other.execute(ADD, ("outside",)).await }));
            Err(Error::conflict("no"))
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(spawned.unwrap().await.unwrap().unwrap(), 1);
    assert_eq!(names(&db).await, ["outside"]);
}

pub(crate) async fn a_failed_call_ends_it_on_every_engine<B: Backend>(db: Database<B>) {
    db.execute("INSERT INTO users (name, email) VALUES ('a', 'x')", ()).await.unwrap();
    let again = "INSERT INTO users (name, email) VALUES ('b', 'x')";
    let ended = db
        .transaction(async |tx| {
            tx.execute(ADD, ("c",)).await?;
            assert_eq!(tx.execute(again, ()).await.unwrap_err().kind(), DbErrorKind::Unique);
            assert_eq!(tx.query::<i64>("SELECT 1", ()).await.unwrap_err().kind(), DbErrorKind::Usage);
            assert!(tx.transaction(async |_| Ok::<_, DbError>(())).await.is_err());
            Ok::<_, DbError>(())
        })
        .await
        .unwrap_err();
    assert!(ended.to_string().contains("an earlier call of this transaction failed"), "{ended}");
    assert_eq!(names(&db).await, ["a"]);
    // Nested, only the nested one is undone.
    db.transaction(async |tx| {
        tx.execute(ADD, ("c",)).await?;
        assert_eq!(
            tx.transaction(async |tx| tx.execute(again, ()).await).await.unwrap_err().kind(),
            DbErrorKind::Unique
        );
        // An error that is not passed on is not overlooked.
        let hidden = tx
            .transaction(async |tx| {
                tx.execute(ADD, ("d",)).await?;
                let _ = tx.execute(again, ()).await;
                Ok::<_, DbError>(())
            })
            .await;
        assert_eq!(hidden.unwrap_err().kind(), DbErrorKind::Usage);
        tx.execute(ADD, ("e",)).await
    })
    .await
    .unwrap();
    assert_eq!(names(&db).await, ["a", "c", "e"]);
}

// Concrete on purpose: whether the future is `Send` is decided where the types are known, as in a handler.
macro_rules! its_future_can_be_spawned {
    ($test:ident, $engine:ty) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            async fn handler(db: &Database<$engine>, name: &str) -> Result<u64, Error> {
                let upper = name.to_uppercase();
                db.transaction_retried(1, || {
                    async |tx| tx.execute("DELETE FROM users WHERE name = $1", (&upper,)).await
                })
                .await?;
                db.transaction(async |tx| {
                    tx.execute(ADD, (name,)).await?;
                    Ok::<_, Error>(tx.transaction(async |tx| tx.execute(ADD, (&upper,)).await).await?)
                })
                .await
            }
            let Some(place) = fixture::$test().await else { return };
            let other = place.db.clone();
            tokio::spawn(async move { handler(&other, &String::from("a")).await }).await.unwrap().unwrap();
            assert_eq!(names(&place.db).await, ["A", "a"]);
        }
    };
}

mod its_future_can_be_spawned {
    use super::*;

    its_future_can_be_spawned!(sqlite_memory, microcore_tools::db::Sqlite);
    its_future_can_be_spawned!(postgres, microcore_tools::db::Postgres);
}
