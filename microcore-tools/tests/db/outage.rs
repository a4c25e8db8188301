//! What happens when the server is not there, goes away, or has no connection left: a clear error, and it heals.

use std::time::Duration;

use microcore_runtime::error::Error;
use microcore_runtime::event::Outbox;
use microcore_runtime::settings::{Environment, Settings};
use microcore_runtime::tool::Tool;
use microcore_tools::db::{Database, DbError, DbErrorKind, Postgres};
use tokio::time::timeout;

use crate::cluster::Cluster;
use crate::fixture::boot;

pub(crate) async fn connect(url: &str, more: &[(&str, &str)]) -> Result<Database<Postgres>, Error> {
    let settings = [("PG_URL", url), ("DB_WAIT", "100ms"), ("PG_CONNECT_TIMEOUT", "2s")];
    let environment = Environment::of(settings.iter().chain(more).copied());
    let settings = <Database<Postgres> as Tool>::Settings::load(&environment).unwrap();
    Database::setup(settings, &boot(&[], false, environment)).await
}

fn kind(error: &Error) -> DbErrorKind {
    error.find::<DbError>().unwrap().kind()
}

/// Asks until the answer is yes, or fails after a minute.
pub(crate) async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let asked = timeout(Duration::from_secs(60), async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    });
    asked.await.unwrap_or_else(|_| panic!("never: {what}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_mid_query_is_unavailable_and_comes_back() {
    let Some(mut server) = Cluster::start() else { return };
    let db = connect(&server.url(), &[]).await.unwrap();
    db.execute("CREATE TABLE kept (id BIGINT PRIMARY KEY)", ()).await.unwrap();
    let add = "INSERT INTO kept VALUES ($1)";
    let failed = db
        .transaction(async |tx| {
            tx.execute(add, (4,)).await?;
            Err::<(), _>(Error::conflict("no"))
        })
        .await;
    assert!(failed.is_err());
    db.transaction(async |tx| tx.execute(add, (5,)).await).await.unwrap();
    let other = db.clone();
    let asking = tokio::spawn(async move { other.query::<Option<String>>("SELECT pg_sleep(600)", ()).await });
    let other = db.clone();
    let writing = tokio::spawn(async move {
        other
            .transaction(async |tx| {
                tx.execute(add, (1,)).await?;
                tx.query::<Option<String>>("SELECT pg_sleep(600)", ()).await
            })
            .await
    });
    until("both sleep on the server", async || {
        let sleeping = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
        db.query_scalar::<i64>(sleeping, ()).await.unwrap() == 2
    })
    .await;
    server.kill();
    for broken in [asking.await.unwrap().unwrap_err(), writing.await.unwrap().unwrap_err()] {
        assert_eq!(broken.kind(), DbErrorKind::Unavailable, "{broken}");
        assert_eq!(Error::from(broken).status(), 503);
    }
    let unhealthy = db.health_check().await.unwrap_err();
    assert_eq!((unhealthy.status(), kind(&unhealthy)), (503, DbErrorKind::Unavailable));
    assert!(unhealthy.to_string().contains("can't be used"), "{}", unhealthy.to_string());
    server.restart();
    db.health_check().await.unwrap();
    // What was committed after a rollback is there, what was not yet is not.
    assert_eq!(db.query::<i64>("SELECT id FROM kept", ()).await.unwrap(), [5]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_without_a_free_connection_gives_up_in_time() {
    let Some(server) = Cluster::shared() else { return };
    let db = connect(&server.url(), &[("PG_CONNECTIONS", "1")]).await.unwrap();
    let refused = db
        .transaction(async |tx| {
            tx.query::<i64>("SELECT 1::bigint", ()).await?;
            Ok::<_, DbError>(db.query::<i64>("SELECT 1::bigint", ()).await.unwrap_err())
        })
        .await
        .unwrap();
    assert_eq!(refused.kind(), DbErrorKind::Unavailable);
    assert!(refused.to_string().starts_with("no connection was free in time (DB_WAIT"), "{refused}");
    db.health_check().await.unwrap();
}

#[tokio::test]
async fn a_cancelled_call_stops_its_statement_and_frees_its_connection() {
    let Some(server) = Cluster::shared() else { return };
    let db = connect(&server.url(), &[("PG_CONNECTIONS", "2")]).await.unwrap();
    let mark = "SELECT pg_sleep(600), 'to be cancelled'";
    let seen = "SELECT count(*) FROM pg_stat_activity WHERE query = $1 AND state = 'active'";
    let calls = async { db.query::<(Option<String>, String)>(mark, ()).await };
    tokio::select! {
        _ = calls => unreachable!("it sleeps for ten minutes"),
        () = until("it runs", async || db.query_scalar::<i64>(seen, (mark,)).await.unwrap() == 1) => {}
    }
    until("it is stopped", async || db.query_scalar::<i64>(seen, (mark,)).await.unwrap() == 0).await;
    // Both connections can be had again.
    db.transaction(async |tx| {
        tx.query::<i64>("SELECT 1::bigint", ()).await?;
        until("another is free", async || db.query::<i64>("SELECT 1::bigint", ()).await.is_ok()).await;
        Ok::<_, DbError>(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable_and_named() {
    let error = connect("postgres://ana:hidden@127.0.0.1:1/app", &[]).await.unwrap_err();
    assert_eq!(kind(&error), DbErrorKind::Unavailable);
    assert!(error.to_string().contains("`127.0.0.1:1/app`"), "{}", error.to_string());
    assert!(!error.to_string().contains("hidden"), "{}", error.to_string());
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_not_repeated() {
    let Some(server) = Cluster::shared() else { return };
    let db = connect(&server.url(), &[]).await.unwrap();
    db.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'", ()).await.unwrap();
    let url = |password: &str| server.url().replace("postgres@", &format!("guarded:{password}@"));
    let error = connect(&url("hidden"), &[]).await.unwrap_err();
    assert_eq!(kind(&error), DbErrorKind::Unavailable);
    assert!(error.to_string().contains("password authentication failed"), "{}", error.to_string());
    assert!(!error.to_string().contains("hidden"), "{}", error.to_string());
    connect(&url("right"), &[]).await.unwrap().health_check().await.unwrap();
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_busy() {
    let Some(server) = Cluster::shared() else { return };
    let db = connect(&server.url(), &[("PG_STATEMENT_TIMEOUT", "50ms")]).await.unwrap();
    let error = db.query::<Option<String>>("SELECT pg_sleep(600)", ()).await.unwrap_err();
    assert_eq!(error.kind(), DbErrorKind::Busy);
    assert!(error.to_string().contains("PG_STATEMENT_TIMEOUT"), "{error}");
    db.health_check().await.unwrap();
}

#[test]
fn a_wrong_url_is_a_wrong_setting_and_not_repeated() {
    let missing = Environment::of([("DB_WAIT", "1s")]);
    let wrong = missing.with("PG_URL", "mysql://u:hidden@host/app");
    for (environment, problem) in [(missing, "PG_URL"), (wrong, "must be a URL such as")] {
        let problems = <Database<Postgres> as Tool>::Settings::load(&environment).unwrap_err().to_string();
        assert!(problems.contains(problem) && !problems.contains("hidden"), "{problems}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outbox_is_missing_only_where_a_server_says_so_and_not_while_there_is_none() {
    let Some(mut server) = Cluster::start() else { return };
    let db = connect(&server.url(), &[]).await.unwrap();
    assert!(!db.exists().await.unwrap(), "no table yet");
    server.kill();
    let away = db.exists().await.unwrap_err();
    assert_eq!((away.status(), kind(&away)), (503, DbErrorKind::Unavailable), "{away}");
    server.restart();
    db.execute("CREATE TABLE _microcore_relay (one BIGINT)", ()).await.unwrap();
    assert!(db.exists().await.unwrap());
    db.execute("CREATE ROLE stranger LOGIN", ()).await.unwrap();
    let url = server.url().replace("postgres@", "stranger@");
    assert!(!connect(&url, &[]).await.unwrap().exists().await.unwrap(), "closed to this login");
}
