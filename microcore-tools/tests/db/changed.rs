//! Tables that somebody else changes while statements about them are prepared, and rows that two change at once.

use microcore_tools::db::{Backend, Database, DbError, DbErrorKind, Row};

use crate::fixture::Home;

#[derive(Debug, PartialEq, Row)]
struct Item {
    id: i64,
    name: String,
}

const ADD: &str = "INSERT INTO items (name) VALUES ($1) RETURNING *";
const ONE: &str = "SELECT * FROM items WHERE id = $1";

async fn both<B: Backend>(home: &Home<B>) -> (Database<B>, Database<B>) {
    let (ours, theirs) = (home.open(&[]).await, home.open(&[]).await);
    let sql = "CREATE TABLE items (id INTEGER NOT NULL DEFAULT 1, name TEXT NOT NULL)";
    ours.execute(sql, ()).await.unwrap();
    (ours, theirs)
}

/// Every kind of call, each prepared before and called after a change.
pub(crate) async fn a_call_goes_on_after_a_table_was_changed<B: Backend>(home: Home<B>) {
    let (ours, theirs) = both(&home).await;
    let item = |name: &str| Item { id: 1, name: name.to_owned() };
    for round in 0..3 {
        assert_eq!(ours.query_one::<Item>(ADD, ("a",)).await.unwrap(), Some(item("a")), "{round}");
        assert!(ours.query::<Item>(ONE, (1,)).await.unwrap().contains(&item("a")), "{round}");
        assert!(ours.execute("UPDATE items SET name = 'a'", ()).await.unwrap() > 0, "{round}");
        assert_eq!(ours.execute_many(ADD, [("b",), ("c",)]).await.unwrap(), 2, "{round}");
        theirs.execute(&format!("ALTER TABLE items ADD COLUMN extra_{round} TEXT"), ()).await.unwrap();
    }
    assert_eq!(ours.query_scalar::<i64>("SELECT count(*) FROM items", ()).await.unwrap(), 9);
}

/// It may fail once, as busy and with nothing written; the next one succeeds, on every connection.
pub(crate) async fn a_transaction_goes_on_after_a_table_was_changed<B: Backend>(home: Home<B>) {
    let (ours, theirs) = both(&home).await;
    let work = async || {
        ours.transaction(async |tx| {
            let read = tx.query::<Item>(ONE, (1,)).await?.len();
            let added = tx.query::<Item>(ADD, ("a",)).await?.len();
            Ok::<_, DbError>((read, added))
        })
        .await
    };
    assert_eq!(work().await.unwrap(), (0, 1));
    for round in 1..4 {
        theirs.execute(&format!("ALTER TABLE items ADD COLUMN extra_{round} TEXT"), ()).await.unwrap();
        let first = work().await;
        let (read, added) = match first {
            Ok(done) => done,
            Err(error) => {
                assert_eq!(error.kind(), DbErrorKind::Busy, "{error}");
                work().await.unwrap()
            }
        };
        assert_eq!((read, added), (round, 1));
        // A type that is another one now: what was prepared for the old one is prepared anew.
        assert_eq!(ours.query::<i64>("SELECT count(*) FROM items WHERE id = $1", (1,)).await.unwrap().len(), 1);
    }
    theirs.execute("DROP TABLE items", ()).await.unwrap();
    // What is really wrong is said as what it is, at the latest the second time.
    let _ = work().await.unwrap_err();
    assert_eq!(work().await.unwrap_err().kind(), DbErrorKind::Syntax);
}

#[derive(Debug, Row)]
struct Wider {
    name: String,
    colour: Option<String>,
}

pub(crate) async fn a_column_that_was_missing_is_found_once_it_is_there<B: Backend>(home: Home<B>) {
    let (ours, theirs) = both(&home).await;
    ours.execute("INSERT INTO items (name) VALUES ('a')", ()).await.unwrap();
    let all = "SELECT * FROM items";
    assert_eq!(ours.query::<Wider>(all, ()).await.unwrap_err().kind(), DbErrorKind::Type);
    assert_eq!(ours.query::<Wider>(ADD, ("b",)).await.unwrap_err().kind(), DbErrorKind::Type);
    theirs.execute("ALTER TABLE items ADD COLUMN colour TEXT", ()).await.unwrap();
    let read = ours.query::<Wider>(all, ()).await.unwrap();
    assert_eq!((read.len(), read[0].name.as_str(), read[0].colour.as_deref()), (1, "a", None));
    // A statement that writes may have to fail once before it is known.
    let added = ours.query::<Wider>(ADD, ("b",)).await;
    if let Err(error) = added {
        assert_eq!(error.kind(), DbErrorKind::Busy, "{error}");
        assert_eq!(ours.query::<Wider>(ADD, ("b",)).await.unwrap().len(), 1);
    }
    assert_eq!(ours.query::<Wider>(all, ()).await.unwrap().len(), 2);
}

pub(crate) async fn transactions_in_conflict_are_tried_again<B: Backend>(home: Home<B>) {
    let db = home.open(&[]).await;
    db.execute("CREATE TABLE counts (n INTEGER NOT NULL)", ()).await.unwrap();
    db.execute("INSERT INTO counts VALUES (0)", ()).await.unwrap();
    let add = |db: Database<B>| async move {
        for _ in 0..5 {
            let added = db.transaction_retried(100, || {
                async |tx| {
                    let n: i64 = tx.query_scalar("SELECT n FROM counts", ()).await?;
                    tokio::task::yield_now().await;
                    tx.execute("UPDATE counts SET n = $1", (n + 1,)).await
                }
            });
            assert_eq!(added.await.unwrap(), 1);
        }
    };
    tokio::join!(add(db.clone()), add(db.clone()), add(db.clone()), add(db.clone()));
    assert_eq!(db.query_scalar::<i64>("SELECT n FROM counts", ()).await.unwrap(), 20);
}

pub(crate) async fn other_failures_are_not_tried_again<B: Backend>(home: Home<B>) {
    let db = home.open(&[]).await;
    db.execute("CREATE TABLE one (n INTEGER PRIMARY KEY)", ()).await.unwrap();
    let mut tries = 0;
    let failed = db
        .transaction_retried(3, || {
            tries += 1;
            async |tx| tx.execute("INSERT INTO one VALUES (1), (1)", ()).await
        })
        .await;
    assert_eq!((failed.unwrap_err().kind(), tries), (DbErrorKind::Unique, 1));
    let mut tries = 0;
    let refused: Result<(), microcore_runtime::error::Error> = db
        .transaction_retried(3, || {
            tries += 1;
            async |tx| {
                tx.execute("INSERT INTO one VALUES (1)", ()).await?;
                Err(microcore_runtime::error::Error::conflict("no"))
            }
        })
        .await;
    assert_eq!((refused.unwrap_err().status(), tries), (409, 1));
    assert!(db.query::<i64>("SELECT n FROM one", ()).await.unwrap().is_empty());
}
