//! What only PostgreSQL can show: what an idle process asks, and processes that wake each other.

use std::time::{Duration, Instant};

use microcore_runtime::jobs::{JobStore as _, Overlap};

use crate::battery::stage::{Process, Stage, ran, turn, until};

/// Transactions, and rows that were written, as the server has counted them so far.
async fn counted(app: &Process) -> (i64, i64) {
    let sql = "SELECT xact_commit, tup_inserted + tup_updated + tup_deleted FROM pg_stat_database
        WHERE datname = current_database()";
    app.db().query_one(sql, ()).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_without_work_asks_once_a_second_and_writes_nothing() {
    let Some(stage) = Stage::of("idle", &[("JOBS_POLL", "1s"), ("JOBS_RUN", "shop.nights.nightly")]).await else {
        return;
    };
    let app = stage.boot().await;
    // The server counts what has happened a little later.
    let mut before = counted(&app).await;
    until("the boot to be counted", async || {
        let earlier = std::mem::replace(&mut before, counted(&app).await);
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        earlier.1 == before.1
    })
    .await;
    let (before, begun) = (counted(&app).await, Instant::now());
    until("six seconds to pass", async || begun.elapsed() > Duration::from_secs(6)).await;
    let after = counted(&app).await;
    assert_eq!(after.1, before.1, "nothing is written");
    let asked = after.0 - before.0;
    // The look at the outbox each ten seconds, and this test's own two.
    let most = i64::try_from(begun.elapsed().as_secs()).unwrap() + 6;
    assert!((3..=most).contains(&asked), "{asked} transactions in {:?}", begun.elapsed());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_process_gives_back_wakes_another_that_would_not_look_for_an_hour() {
    let Some(stage) = Stage::of("woken", &[("JOBS_POLL", "1h"), ("JOBS_RUN", "mood.busy")]).await else { return };
    let watcher = Stage::of("woken", &[("JOBS_RUN", "none")]).await.unwrap().boot().await;
    let first = stage.boot().await;
    turn(&watcher, "busy", 600_000).await;
    first.stop().await;
    let now = watcher.db().clock().await.unwrap();
    watcher.db().run_now("mood.busy", Overlap::Allow, now).await.unwrap().unwrap();
    let first = stage.boot().await;
    until("it runs", async || ran(&watcher, "mood.busy").await.len() == 1).await;
    let second = stage.boot().await;
    turn(&watcher, "busy", 0).await;
    // It listens by the time that the first one gives its run back.
    until("the second to listen", async || {
        let sql =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_backend_pid%'
            AND pid <> pg_backend_pid()";
        watcher.db().query_scalar::<i64>(sql, ()).await.unwrap() >= 3
    })
    .await;
    first.stop().await;
    until("it ends in the second", async || ran(&watcher, "mood.busy.end").await.len() == 1).await;
    second.stop().await;
    watcher.stop().await;
}
