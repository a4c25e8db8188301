//! Steps: exactly once where they write to the database, at least once with one id elsewhere, asleep without memory; over
//! processes that are killed or stopped at named points.
//!
//! `JOBS_KILLS` says how often each point is tried (1), `JOBS_ZOMBIES` how many processes stand still (1), `JOBS_SLEEPERS`
//! how many jobs sleep at once (200), `JOBS_CANCELS` how many are cancelled at random (20), `JOBS_UNIQUE` how many that are
//! unique are enqueued (640).

use std::time::{Duration, Instant};

use microcore::prelude::{Error, JobOptions};

use super::killed::child_of;
use super::stage::{Process, Stage, at, count, state, turn, until};
use crate::prelude::*;

fn times(setting: &str, otherwise: i64) -> i64 {
    std::env::var(setting).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

async fn stocked(app: &Process, items: i64) {
    for item in 1..=items {
        app.db().execute("INSERT INTO stock (item, count) VALUES ($1, 10)", (item,)).await.unwrap();
    }
}

/// Of an item: what is left, how often it was charged and by how many ids, how often it was sent.
async fn effects(app: &Process, item: i64) -> (i64, i64, i64, i64) {
    let sql = "SELECT (SELECT count FROM stock WHERE item = $1), (SELECT count(*) FROM charge WHERE item = $1),
        (SELECT count(DISTINCT id) FROM charge WHERE item = $1), (SELECT count(*) FROM sent WHERE item = $1)";
    app.db().query_one(sql, item).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_is_done_once_and_a_sleep_ends_when_it_is_time() {
    let Some(app) = at("steps_clock", "order.*", "2027-03-01T00:00:00Z").await else { return };
    stocked(&app, 3).await;
    let order = |item, grace, fails| OrderPlaced { item, grace, fails, ..OrderPlaced::default() };
    let plain = app.scheduler().enqueue(order(1, 0, 0)).await.unwrap().id();
    let fails = app.scheduler().enqueue(order(2, 0, 3)).await.unwrap().id();
    let sleeps = app.scheduler().enqueue(order(3, 3 * 86_400_000, 0)).await.unwrap().id();
    app.clock().advance("1m").await;
    assert_eq!((state(&app, plain).await, effects(&app, 1).await), ("succeeded", (9, 1, 1, 1)));
    assert_eq!((state(&app, fails).await, effects(&app, 2).await), ("succeeded", (9, 1, 1, 1)), "in four attempts");
    assert_eq!((state(&app, sleeps).await, effects(&app, 3).await), ("waiting", (9, 1, 1, 0)));
    app.clock().advance("2d").await;
    assert_eq!(state(&app, sleeps).await, "waiting");
    app.clock().advance("1d").await;
    assert_eq!((state(&app, sleeps).await, effects(&app, 3).await), ("succeeded", (9, 1, 1, 1)));
    assert_eq!(app.scheduler().job(sleeps).await.unwrap().unwrap().attempts, 1, "a sleep is no attempt");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unit_test_crashes_where_it_wants_and_goes_on_behind_it() {
    let Some(app) = at("steps_unit", "none", "2027-03-01T00:00:00Z").await else { return };
    stocked(&app, 1).await;
    let ship = crate::domains::shop::plugins::ship::Ship::new(app.db());
    let job = Job::test(OrderPlaced { item: 1, ..OrderPlaced::default() });
    job.crash_after("charge");
    let crashed = ship.ship(&job).await.unwrap_err();
    assert_eq!(crashed.to_string(), "crashed after step `charge`, as the test wants");
    assert_eq!(effects(&app, 1).await, (9, 1, 1, 0));
    ship.ship(&job).await.unwrap();
    assert_eq!(effects(&app, 1).await, (9, 1, 1, 1));
    app.stop().await;
}

/// SIGKILL at each point; whoever comes next goes on behind what was done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_in_a_step_loses_and_doubles_nothing() {
    let settings = [("JOBS_RUN", "order.*"), ("JOBS_CONCURRENCY", "1")];
    let Some(stage) = Stage::of("steps_killed", &settings).await else { return };
    let Some(watching) = Stage::of("steps_killed", &[("JOBS_RUN", "none")]).await else { return };
    let points =
        ["begun", "inside transact", "behind transact", "inside step", "behind step", "inside sent", "at the end"];
    let kills = times("JOBS_KILLS", 1);
    let app = watching.boot().await;
    let items = kills * 7;
    stocked(&app, items).await;
    let mut ids = Vec::new();
    for (item, dies) in (1..=items).zip(points.into_iter().cycle()) {
        let order = OrderPlaced { item, dies: dies.to_owned(), ..OrderPlaced::default() };
        ids.push(app.scheduler().enqueue(order).await.unwrap().id());
    }
    let mut killed = 0;
    let mut slowest = Duration::ZERO;
    while killed < items {
        let begun = Instant::now();
        let mut child = child_of(&stage);
        until("it kills itself", async || child.try_wait().unwrap().is_some()).await;
        killed += 1;
        slowest = slowest.max(begun.elapsed());
    }
    let last = stage.boot().await;
    for id in &ids {
        until("it ends", async || state(&app, *id).await == "succeeded").await;
    }
    for (item, dies) in (1..=items).zip(points.into_iter().cycle()) {
        let (left, charged, by, sent) = effects(&app, item).await;
        let charges = if dies == "inside step" { 2 } else { 1 };
        assert_eq!((left, charged, by, sent), (9, charges, 1, 1), "killed {dies}");
    }
    println!("{killed} kills at 7 points: 0 lost, 0 doubled; the slowest life took {slowest:?}");
    last.stop().await;
    app.stop().await;
}

/// SIGSTOP inside of a step's transaction, for longer than a lease; when the process goes on, it commits nothing that
/// somebody else has done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_stood_still_for_two_leases_commits_no_step_twice() {
    let Some(stage) = Stage::of("steps_stopped", &[("JOBS_RUN", "order.*")]).await else { return };
    let Some(watching) = Stage::of("steps_stopped", &[("JOBS_RUN", "none")]).await else { return };
    let app = watching.boot().await;
    let zombies = times("JOBS_ZOMBIES", 1);
    stocked(&app, zombies).await;
    for item in 1..=zombies {
        app.db().execute("DELETE FROM knob WHERE name = 'ready'", ()).await.unwrap();
        one_stands_still(&app, &stage, item).await;
    }
    println!("{zombies} processes stood still inside of a step's transaction: 0 commits twice");
    app.stop().await;
}

async fn one_stands_still(app: &Process, stage: &Stage, item: i64) {
    let order = OrderPlaced { item, dies: "stops inside sent".to_owned(), ..OrderPlaced::default() };
    let id = app.scheduler().enqueue(order).await.unwrap().id();
    let mut child = child_of(stage);
    until("the child has it", async || state(app, id).await == "running").await;
    let other = stage.boot().await;
    turn(app, "ready", 1).await;
    let stat = format!("/proc/{}/stat", child.id());
    let stands = || std::fs::read_to_string(&stat).is_ok_and(|stat| stat.contains(") T "));
    until("it stands still", async || stands()).await;
    // On PostgreSQL the other one takes over; on SQLite the stopped process has the lock on the file, and nobody can.
    let stopped = Instant::now();
    while stopped.elapsed() < Duration::from_secs(2) && count_sent(app, item).await != Some(1) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let _ = std::process::Command::new("kill").args(["-CONT", &child.id().to_string()]).status();
    until("it ends", async || state(app, id).await == "succeeded").await;
    assert_eq!(effects(app, item).await, (9, 1, 1, 1));
    child.kill().unwrap();
    child.wait().unwrap();
    other.stop().await;
}

async fn count_sent(app: &Process, item: i64) -> Option<i64> {
    app.db().query_scalar("SELECT count(*) FROM sent WHERE item = $1", item).await.ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_sleep_at_once_and_all_wake() {
    let Some(app) = at("steps_sleepers", "order.*", "2027-03-01T00:00:00Z").await else { return };
    let sleepers = times("JOBS_SLEEPERS", 200);
    stocked(&app, 1).await;
    let orders = (0..sleepers).map(|_| OrderPlaced { item: 1, grace: 86_400_000, ..OrderPlaced::default() });
    app.scheduler().enqueue_all(orders).await.unwrap();
    app.clock().advance("0s").await;
    assert_eq!(effects(&app, 1).await, (10 - sleepers, sleepers, sleepers, 0));
    app.clock().advance("1d").await;
    assert_eq!(effects(&app, 1).await, (10 - sleepers, sleepers, sleepers, sleepers));
    println!("{sleepers} sleepers woke once each");
    app.stop().await;
}

/// Cancelled wherever they are: one outcome each, and a transaction that was open is rolled back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_cancelled_at_random_has_one_outcome_each() {
    let Some(stage) = Stage::of("steps_cancelled", &[("JOBS_RUN", "bill.*")]).await else { return };
    let app = stage.boot().await;
    let cancels = times("JOBS_CANCELS", 20);
    let mut ids = Vec::new();
    for number in 0..cancels {
        let bill = BillDue { tenant: number, month: "2027-03".to_owned(), takes: 30 };
        let id = app.scheduler().enqueue(bill).await.unwrap().id();
        tokio::time::sleep(Duration::from_millis(u64::try_from(number * 7 % 50).unwrap())).await;
        app.scheduler().cancel_job(id).await.unwrap();
        ids.push(id);
    }
    let (mut cancelled, mut succeeded) = (0, 0);
    for id in &ids {
        until("it has an outcome", async || matches!(state(&app, *id).await, "cancelled" | "succeeded")).await;
        match state(&app, *id).await {
            "cancelled" => cancelled += 1,
            _ => succeeded += 1,
        }
    }
    let twice = "SELECT count(*) FROM (SELECT id FROM _microcore_run WHERE worker = 'bill.due' GROUP BY id HAVING count(*) > 1) twice";
    assert_eq!(app.db().query_scalar::<i64>(twice, ()).await.unwrap(), 0);
    assert!(count(&app, "billed").await >= succeeded, "what succeeded was done");
    println!("{cancelled} cancelled, {succeeded} had ended before");
    app.stop().await;
}

/// Sixty-four tasks and two processes: of one key there is never more than one that is unfinished, and no transaction of
/// a caller fails for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_unique_is_so_whoever_enqueues_it() {
    let Some(stage) = Stage::of("steps_unique", &[("JOBS_RUN", "bill.*")]).await else { return };
    let (one, other) = (stage.boot().await, stage.boot().await);
    let each = times("JOBS_UNIQUE", 640) / 64;
    let tasks = (0..64).map(|task: i64| {
        let app = if task % 2 == 0 { &one } else { &other };
        let (scheduler, db) = (app.scheduler(), app.db());
        async move {
            for number in 0..each {
                let bill = || BillDue { tenant: (task * 7 + number) % 50, month: "2027-03".to_owned(), takes: 2 };
                if number % 2 == 0 {
                    scheduler.enqueue(bill()).await.unwrap();
                } else {
                    db.transaction_retried(20, || async |tx| Ok::<_, Error>(tx.enqueue(bill()).await?)).await.unwrap();
                }
            }
        }
    });
    futures_util::future::join_all(tasks).await;
    let open = "SELECT count(*) FROM _microcore_job";
    until("all has ended", async || one.db().query_scalar::<i64>(open, ()).await.unwrap() == 0).await;
    let mut under_way: std::collections::BTreeMap<i64, i64> = std::collections::BTreeMap::new();
    let done: Vec<(i64, i64, String)> =
        one.db().query("SELECT tenant, job, what FROM done ORDER BY made", ()).await.unwrap();
    for (tenant, job, what) in done {
        if what == "billing" {
            assert_eq!(under_way.insert(tenant, job), None, "two of tenant {tenant} at once");
        } else {
            assert_eq!(under_way.remove(&tenant), Some(job));
        }
    }
    println!("{} enqueued over 50 keys, never two unfinished", each * 64);
    one.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rate_is_kept_by_two_processes_together() {
    let Some(stage) = Stage::of("steps_rate", &[("JOBS_RUN", "call.*")]).await else { return };
    let (one, other) = (stage.boot().await, stage.boot().await);
    one.scheduler().enqueue_all((0..160).map(|number| CallMade { number })).await.unwrap();
    until("all are made", async || count(&one, "called").await == 160).await;
    let span: i64 =
        one.db().query_scalar("SELECT max(made) - min(made) FROM done WHERE what = 'called'", ()).await.unwrap();
    // A hundred a second and ten at once after a pause: 150 behind the first ten take a second and a half, of which the
    // first may have begun late. Without the rate it is a third of a second.
    assert!(span >= 1_000_000, "160 calls in {span} µs");
    println!("160 calls of 100/s in {span} µs");
    let later = JobOptions::new().after(Duration::from_secs(3_600));
    one.scheduler().enqueue_with(CallMade { number: 1 }, later).await.unwrap();
    one.stop().await;
    other.stop().await;
}
