//! Transactions: all or nothing, also on panic and cancellation; nested by savepoint.

use std::future::pending;

use microcore_runtime::error::Error;
use microcore_tools::db::{Backend, Database, DbError, DbErrorKind};
use tokio::sync::oneshot;

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
    assert_eq!(db.execute("BEGIN", ()).await.unwrap_err().kind(), DbErrorKind::Usage);
    assert!(db.query::<i64>("BEGIN", ()).await.is_err());
    db.execute(ADD, ("c",)).await.unwrap();
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
        db.transaction(async |tx| {
            let age: i64 = tx.query_scalar("SELECT age FROM users", ()).await?;
            tokio::task::yield_now().await;
            tx.execute("UPDATE users SET age = $1", (age + 1,)).await
        })
        .await
        .unwrap();
    };
    tokio::join!(add(db.clone()), add(db.clone()), add(db.clone()));
    assert_eq!(db.query_scalar::<i64>("SELECT age FROM users", ()).await.unwrap(), 3);
}

pub(crate) async fn a_second_writer_waits_and_then_gives_up<B: Backend>(db: Database<B>) {
    let inside = db
        .transaction(async |tx| {
            tx.execute(ADD, ("a",)).await?;
            Ok::<_, DbError>(db.execute(ADD, ("b",)).await.unwrap_err().kind())
        })
        .await
        .unwrap();
    assert_eq!(inside, DbErrorKind::Unavailable);
    assert_eq!(names(&db).await, ["a"]);
}

// Concrete on purpose: whether the future is `Send` is decided where the types are known, as in a handler.
pub(crate) async fn its_future_can_be_spawned(db: Database<microcore_tools::db::Sqlite>) {
    async fn handler(db: &Database<microcore_tools::db::Sqlite>, name: &str) -> Result<u64, Error> {
        let upper = name.to_uppercase();
        db.transaction(async |tx| {
            tx.execute(ADD, (name,)).await?;
            Ok::<_, Error>(tx.transaction(async |tx| tx.execute(ADD, (&upper,)).await).await?)
        })
        .await
    }
    let other = db.clone();
    tokio::spawn(async move { handler(&other, &String::from("a")).await }).await.unwrap().unwrap();
    assert_eq!(names(&db).await, ["A", "a"]);
}
