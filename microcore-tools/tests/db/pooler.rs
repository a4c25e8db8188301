//! `PgBouncer` in front of the server, in each mode that there is a setting for.

use microcore_runtime::settings::Environment;
use microcore_tools::db::{Database, DbError, DbErrorKind, Postgres, Timestamp};

use crate::bouncer::Bouncer;
use crate::fixture::{Home, postgres_home};

struct Pooler {
    home: Home<Postgres>,
    _bouncer: Bouncer,
}

/// A pooler in front of a new database, and the settings that lead to it.
async fn pooler(mode: &str) -> Option<Pooler> {
    let server = postgres_home().await?;
    let bouncer = Bouncer::start(mode, if mode == "session" { 4 } else { 2 })?;
    let url = server.settings("true").0.get("PG_URL").unwrap().to_owned();
    let database = url.rsplit('/').next().unwrap();
    let url = bouncer.url(database);
    let environment = Environment::of([("PG_URL", url.as_str()), ("PG_POOLER", mode), ("PG_CONNECTIONS", "2")]);
    Some(Pooler { home: Home::of(environment), _bouncer: bouncer })
}

/// Two processes behind it, whose calls are mixed.
async fn it_works(mode: &str) {
    let Some(pooler) = pooler(mode).await else { return };
    let (one, two) = (pooler.home.open(&[]).await, pooler.home.open(&[]).await);
    one.execute("CREATE TABLE items (id BIGINT GENERATED ALWAYS AS IDENTITY, name TEXT UNIQUE, at TIMESTAMP)", ())
        .await
        .unwrap();
    let add = "INSERT INTO items (name, at) VALUES ($1, $2) RETURNING id";
    let at: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
    let work = async |db: &Database<Postgres>, who: &str| {
        for number in 0..20 {
            let name = format!("{who}{number}");
            let id: i64 = db.query_scalar(add, (&name, at)).await.unwrap();
            let read: (String, Timestamp) =
                db.query_one("SELECT name, at FROM items WHERE id = $1", (id,)).await.unwrap().unwrap();
            assert_eq!(read, (name.clone(), at));
            assert_eq!(db.query_scalar::<i64>(add, (&name, at)).await.unwrap_err().kind(), DbErrorKind::Unique);
            let changed = db.transaction_retried(50, || {
                async |tx| {
                    tx.query::<i64>("SELECT id FROM items WHERE id = $1 FOR UPDATE", (id,)).await?;
                    tx.execute("UPDATE items SET at = at + interval '1 hour' WHERE id = $1", (id,)).await
                }
            });
            assert_eq!(changed.await.unwrap(), 1);
            // One that fails leaves nothing on the connection either. It may be in conflict first.
            let failed = db.transaction_retried(50, || {
                async |tx| {
                    tx.execute("DELETE FROM items WHERE id = $1", (id,)).await?;
                    Err::<(), _>(DbError::new(DbErrorKind::Other, "no"))
                }
            });
            assert_eq!(failed.await.unwrap_err().kind(), DbErrorKind::Other);
            let setting = "SELECT current_setting('timezone') || ' ' || current_setting('statement_timeout')";
            assert_eq!(db.query_scalar::<String>(setting, ()).await.unwrap(), "UTC 30s");
        }
    };
    // A connection of the server serves both.
    work(&one, "a").await;
    if mode == "transaction" {
        tokio::join!(work(&one, "b"), work(&two, "c"));
        work(&two, "d").await;
        assert_eq!(two.query_scalar::<i64>("SELECT count(*) FROM items", ()).await.unwrap(), 80);
        let many = "INSERT INTO items (name) VALUES ($1)";
        assert_eq!(two.execute_many(many, [("x",), ("y",)]).await.unwrap(), 2);
        assert!(two.describe_schema().await.unwrap().iter().any(|table| table.name == "items"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_works_behind_one_that_pools_sessions() {
    it_works("session").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_works_behind_one_that_pools_transactions() {
    it_works("transaction").await;
}
