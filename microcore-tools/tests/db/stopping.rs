//! Statements and transactions that end before they are done: cancelled, or out of time.

use std::time::Duration;

use microcore_runtime::error::Error;
use microcore_runtime::settings::{Environment, Settings};
use microcore_runtime::tool::Tool;
use microcore_tools::db::{Backend, Database, DbError, DbErrorKind, Postgres, Sqlite};

use crate::cluster::Cluster;
use crate::fixture::boot;

/// Minutes of work, of which each engine sees the end only by being stopped.
const ENDLESS: &str =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000000) SELECT max(i) FROM n";
const ENDLESS_WRITE: &str = "INSERT INTO users (name) SELECT 'x' FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL
    SELECT i + 1 FROM n WHERE i < 4000000000) SELECT max(i) AS i FROM n) AS endless";

const ADD: &str = "INSERT INTO users (name) VALUES ($1)";

/// Polls a call until it has begun for sure, then drops it.
async fn cut<T>(call: impl Future<Output = T>) {
    let cut = tokio::time::timeout(Duration::from_millis(100), call).await;
    assert!(cut.is_err(), "the call is endless");
}

/// The battery's calls wait for 200 ms: where a cancelled statement went on, they would find no writer.
pub(crate) async fn a_cancelled_statement_stops<B: Backend>(db: Database<B>) {
    let add = async |name: &str| db.execute(ADD, (name,)).await.unwrap();
    cut(db.execute(ENDLESS_WRITE, ())).await;
    add("a").await;
    cut(db.query::<i64>(ENDLESS, ())).await;
    cut(db.transaction(async |tx| tx.execute(ENDLESS_WRITE, ()).await)).await;
    add("b").await;
    let ended = db
        .transaction(async |tx| {
            tx.execute(ADD, ("c",)).await?;
            cut(tx.query::<i64>(ENDLESS, ())).await;
            Ok::<_, DbError>(())
        })
        .await;
    assert!(ended.is_err());
    add("d").await;
    // In the company of others that succeed.
    tokio::join!(cut(db.execute(ENDLESS_WRITE, ())), async {
        let _ = db.execute(ADD, ("e",)).await;
    });
    add("f").await;
    let names = db.query::<String>("SELECT name FROM users WHERE name <> 'e' ORDER BY name", ()).await.unwrap();
    assert_eq!(names, ["a", "b", "d", "f"]);
}

async fn opened<B: Backend>(settings: &[(&str, &str)]) -> Database<B> {
    let environment = Environment::of(settings.iter().copied());
    let read = B::Settings::load(&environment).unwrap();
    let db = Database::<B>::setup(read, &boot(&[], true, environment)).await.unwrap();
    db.execute("CREATE TABLE users (name TEXT)", ()).await.unwrap();
    db
}

/// With the timeout of the battery's own settings a statement would run for half a minute.
pub(crate) async fn a_statement_that_takes_too_long_is_busy<B: Backend>(_: Database<B>) {
    let timeouts = [("DB_STATEMENT_TIMEOUT", "50ms"), ("PG_STATEMENT_TIMEOUT", "50ms")];
    if std::any::type_name::<B>() == std::any::type_name::<Sqlite>() {
        too_long(opened::<Sqlite>(&timeouts).await).await;
    } else if let Some(cluster) = Cluster::shared() {
        let url = cluster.url();
        let settings: Vec<_> = timeouts.into_iter().chain([("PG_URL", url.as_str())]).collect();
        Box::pin(too_long(opened::<Postgres>(&settings).await)).await;
    }
}

async fn too_long<B: Backend>(db: Database<B>) {
    let busy = |error: DbError| {
        assert_eq!(error.kind(), DbErrorKind::Busy, "{error}");
        assert!(error.to_string().contains("_STATEMENT_TIMEOUT"), "{error}");
        assert_eq!(Error::from(error).status(), 503);
    };
    busy(db.query::<i64>(ENDLESS, ()).await.unwrap_err());
    busy(db.execute(ENDLESS_WRITE, ()).await.unwrap_err());
    busy(db.transaction(async |tx| tx.query::<i64>(ENDLESS, ()).await).await.unwrap_err());
    busy(db.transaction(async |tx| tx.execute(ENDLESS_WRITE, ()).await).await.unwrap_err());
    // Its time ran out: it is no conflict with somebody else, and is not tried again.
    let mut tries = 0;
    let retried = db.transaction_retried(3, || {
        tries += 1;
        async |tx| tx.execute(ENDLESS_WRITE, ()).await
    });
    busy(retried.await.unwrap_err());
    assert_eq!(tries, 1);
    // Those in its company keep their own results.
    let (endless, one, two) =
        tokio::join!(db.execute(ENDLESS_WRITE, ()), db.execute(ADD, ("a",)), db.execute(ADD, ("b",)));
    busy(endless.unwrap_err());
    assert_eq!((one.unwrap(), two.unwrap()), (1, 1));
    let names = db.query::<String>("SELECT name FROM users ORDER BY name", ()).await.unwrap();
    assert_eq!(names, ["a", "b"]);
}

async fn a_stuck_transaction_frees_its_connection<B: Backend>(db: Database<B>) {
    let stuck = db
        .transaction(async |tx| {
            tx.execute(ADD, ("a",)).await?;
            std::future::pending::<Result<(), DbError>>().await
        })
        .await
        .unwrap_err();
    assert_eq!(stuck.kind(), DbErrorKind::Busy, "{stuck}");
    assert!(stuck.to_string().contains("DB_TRANSACTION_TIMEOUT"), "{stuck}");
    assert_eq!(Error::from(stuck).status(), 503);
    db.execute(ADD, ("b",)).await.unwrap();
    assert_eq!(db.query::<String>("SELECT name FROM users", ()).await.unwrap(), ["b"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stuck_transaction_is_undone_on_sqlite() {
    a_stuck_transaction_frees_its_connection(opened::<Sqlite>(&[("DB_TRANSACTION_TIMEOUT", "50ms")]).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stuck_transaction_is_undone_on_postgres() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.url();
    // One connection, which the next call needs.
    let settings = [("DB_TRANSACTION_TIMEOUT", "50ms"), ("PG_URL", url.as_str()), ("PG_CONNECTIONS", "1")];
    a_stuck_transaction_frees_its_connection(opened::<Postgres>(&settings).await).await;
}

#[tokio::test(start_paused = true)]
async fn a_paused_clock_ends_no_transaction() {
    let db = opened::<Sqlite>(&[]).await;
    db.transaction(async |tx| tx.execute(ADD, ("a",)).await).await.unwrap();
}
