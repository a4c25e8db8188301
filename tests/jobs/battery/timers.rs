//! What the application lets happen at times while it runs.

use std::time::Duration;

use microcore::jobs::{Cron, Every};

use super::killed::child_of;
use super::stage::{Process, Stage, at, count, done, ran, turn, until};
use crate::commands::ran as command;
use crate::prelude::*;

async fn how_often(app: &Process, tenant: i64, what: &str) -> usize {
    done(app, tenant).await.iter().filter(|done| done.1 == what).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_happens_at_its_time_and_a_job_again_and_again_until_it_is_cancelled() {
    let Some(app) = at("timers_clock", "bill.*", "2027-03-01T00:00:30Z").await else { return };
    for tenant in [1, 2] {
        assert_eq!(app.post(&format!("/trials/{tenant}"), serde_json::Value::Null).await.status, 204);
    }
    assert_eq!(app.delete("/trials/2").await.status, 204);
    assert_eq!(app.delete("/trials/2").await.status, 404);
    let timers = app.scheduler().timers().await.unwrap();
    let keys: Vec<&str> = timers.iter().map(|timer| timer.key.as_str()).collect();
    assert_eq!(keys, ["bill-1", "bill-2", "trial-1"]);
    app.clock().advance("59m").await;
    assert_eq!((how_often(&app, 1, "trial ended").await, count(&app, "billed").await), (0, 10), "on the grid of 1970");
    app.clock().advance("1m").await;
    until("the event is delivered", async || how_often(&app, 1, "trial ended").await == 1).await;
    app.clock().advance("1h").await;
    assert_eq!((how_often(&app, 1, "trial ended").await, how_often(&app, 2, "trial ended").await), (1, 0));
    assert_eq!((how_often(&app, 1, "billed").await, how_often(&app, 2, "billed").await), (6, 12));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_set_before_replaces_nothing_but_its_key_and_wrong_times_are_refused() {
    let Some(app) = at("timers_keys", "bill.*", "2027-03-27T12:00:00Z").await else { return };
    let scheduler = app.scheduler();
    let bill = |tenant| BillDue { tenant, month: "2027-03".to_owned(), takes: 0 };
    let later = |minutes: u64| scheduler.now() + Duration::from_secs(minutes * 60);
    scheduler.once("a", later(10), bill(1)).await.unwrap();
    scheduler.once("a", later(90), bill(2)).await.unwrap();
    scheduler.once("b", later(10), bill(3)).await.unwrap();
    app.clock().advance("1h").await;
    let bills =
        [how_often(&app, 1, "billed").await, how_often(&app, 2, "billed").await, how_often(&app, 3, "billed").await];
    assert_eq!(bills, [0, 0, 1]);
    app.clock().advance("1h").await;
    assert_eq!(how_often(&app, 2, "billed").await, 1);
    // A night in which the clock is set forward: at the end of the gap, once.
    let nightly = Cron::new("30 2 * * *").unwrap().zone("Europe/Berlin").unwrap();
    scheduler.repeat("c", nightly, bill(4)).await.unwrap();
    app.clock().advance("1d").await;
    assert_eq!(how_often(&app, 4, "billed").await, 1);
    let next = scheduler.timers().await.unwrap().into_iter().find(|timer| timer.key == "c").unwrap();
    assert_eq!(Timestamp::from_millisecond(next.next).unwrap().to_string(), "2027-03-29T00:30:00Z");
    let never = Cron::new("0 0 30 2 *").unwrap();
    assert_eq!(scheduler.repeat("d", never, bill(5)).await.unwrap_err().status(), 400);
    let unclear = Cron::new("0 0 13 * 5").unwrap();
    assert_eq!(scheduler.repeat("d", unclear.clone(), bill(5)).await.unwrap_err().status(), 400);
    scheduler.repeat("d", unclear.both(), bill(5)).await.unwrap();
    app.stop().await;
}

/// Set by a process that is killed; seen to by whoever is there, once; listed by the command.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn timers_survive_the_process_that_has_set_them_and_happen_once_in_all_processes() {
    let Some(stage) = Stage::of("timers_killed", &[("JOBS_RUN", "bill.*")]).await else { return };
    let Some(watching) = Stage::of("timers_killed", &[("JOBS_RUN", "none")]).await else { return };
    let watcher = watching.boot().await;
    let bill = |tenant| BillDue { tenant, month: "2027-03".to_owned(), takes: 0 };
    let soon = watcher.scheduler().now() + Duration::from_millis(1_500);
    for tenant in 0..40 {
        watcher.scheduler().once(format!("t{tenant}"), soon, bill(tenant)).await.unwrap();
    }
    watcher.scheduler().repeat("each", Every::new(Duration::from_secs(3_600)).unwrap(), bill(99)).await.unwrap();
    let (listed, out, err) = command(&stage, &["jobs"]).await;
    assert!(listed, "{err}");
    assert!(
        out.lines().any(|line| line.starts_with("t0 ") && line.contains("bill.due") && line.contains("once")),
        "{out}"
    );
    assert!(out.lines().any(|line| line.starts_with("each ") && line.contains("every 3600 s")), "{out}");
    // Nobody is there when they are due, and then one that dies with them, and two that live.
    until("they are due", async || watcher.scheduler().now() > soon).await;
    assert_eq!(count(&watcher, "billed").await, 0, "who has no role sees to no timers");
    let mut child = child_of(&stage);
    until("it has begun", async || count(&watcher, "billing").await > 0).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let (one, other) = (stage.boot().await, stage.boot().await);
    until("all are billed", async || {
        let sql = "SELECT count(DISTINCT tenant) FROM done WHERE what = 'billed'";
        watcher.db().query_scalar::<i64>(sql, ()).await.unwrap() == 40
    })
    .await;
    let jobs = "SELECT count(*) FROM (SELECT tenant FROM done GROUP BY tenant HAVING count(DISTINCT job) > 1) twice";
    assert_eq!(watcher.db().query_scalar::<i64>(jobs, ()).await.unwrap(), 0, "one job each");
    let timers = watcher.scheduler().timers().await.unwrap();
    assert_eq!(timers.iter().map(|timer| timer.key.as_str()).collect::<Vec<_>>(), ["each"]);
    for app in [one, other, watcher] {
        app.stop().await;
    }
}

/// The command boots the application, serves nothing, takes no other run, and ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_runs_a_schedule_in_its_own_process() {
    let Some(stage) = Stage::of("timers_here", &[]).await else { return };
    let (done, out, err) = command(&stage, &["jobs", "run", "mood.slow", "--here"]).await;
    assert!(done && out == "succeeded\n", "{out}{err}");
    let app = Stage::of("timers_here", &[("JOBS_RUN", "mood.slow")]).await.unwrap().boot().await;
    assert_eq!(ran(&app, "mood.slow.end").await.len(), 1);
    assert_eq!(ran(&app, "steady.a").await.len(), 0, "nothing else was run");
    let (done, out, _) = command(&stage, &["jobs", "run", "mood.endless", "--here"]).await;
    assert!(!done && out == "failed: it took longer than 50ms, and was stopped\n", "{out}");
    turn(&app, "shaky", 100).await;
    let (done, out, _) = command(&stage, &["jobs", "run", "mood.shaky", "--here"]).await;
    assert!(!done && out == "failed: not yet\n", "{out}");
    assert_eq!(ran(&app, "mood.shaky").await.len(), 1, "whoever looks on repeats it");
    turn(&app, "slow", 60_000).await;
    let (done, _, err) = command(&stage, &["jobs", "run", "mood.slow"]).await;
    assert!(done, "{err}");
    until("it runs", async || ran(&app, "mood.slow").await.len() == 2).await;
    let (done, _, err) = command(&stage, &["jobs", "run", "mood.slow", "--here"]).await;
    assert!(!done && err.contains("a run of `mood.slow` is under way"), "{err}");
    let (done, _, err) = command(&stage, &["jobs", "run", "mood.nothing", "--here"]).await;
    assert!(!done && err.contains("mood.nothing"), "{err}");
    app.stop().await;
}
