//! Processes that are killed with SIGKILL. This program starts itself again as a child that runs the one test `child`.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use microcore::application::Application as _;
use microcore::lifecycle::Boot;
use microcore::settings::Environment;
use microcore::testing::Running;
use microcore_runtime::jobs::{JobStore as _, Overlap};

use super::stage::{Stage, history, ran, turn, until};
use crate::App;

/// What a child is told: its settings, a line each.
const SETTINGS: &str = "JOBS_TEST_SETTINGS";

pub fn child_of(stage: &Stage) -> Child {
    let settings: Vec<String> = stage.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
    Command::new(std::env::current_exe().unwrap())
        .args(["battery::killed::child", "--exact", "--nocapture", "--test-threads=1"])
        .env(SETTINGS, settings.join("\n"))
        .env("JOBS_TEST_PROCESS", "child")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Does nothing in the parent. In a child it serves until it is killed, or told to stop.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(settings) = std::env::var(SETTINGS) else { return };
    let environment = Environment::of(settings.lines().filter_map(|line| line.split_once('=')));
    let boot = Boot::new(environment).of(&App::MANIFEST);
    let serving = Running::<App>::boot(&boot).await.unwrap();
    let mut told = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap();
    told.recv().await;
    serving.stop().await;
}

/// Told to stop in the middle of many runs: they are given back, no attempt is used, and all of them end elsewhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_process_runs_that_is_told_to_stop_goes_on_elsewhere_and_no_attempt_is_used() {
    // No lease is waited for.
    let Some(stage) = Stage::of("told_to_stop", &[("JOBS_LEASE", "1h")]).await else { return };
    let Some(watching) = Stage::of("told_to_stop", &[("JOBS_RUN", "none")]).await else { return };
    let watcher = watching.boot().await;
    turn(&watcher, "busy", 600_000).await;
    let mut child = child_of(&stage);
    until("the schedule is stored", async || {
        let sql = "SELECT count(*) FROM _microcore_schedule WHERE name = 'mood.busy'";
        watcher.db().query_scalar::<i64>(sql, ()).await.unwrap() == 1
    })
    .await;
    for _ in 0..24 {
        let now = watcher.db().clock().await.unwrap();
        watcher.db().run_now("mood.busy", Overlap::Allow, now).await.unwrap().unwrap();
    }
    until("all run in the child", async || ran(&watcher, "mood.busy").await.len() == 24).await;
    let other = stage.boot().await;
    turn(&other, "busy", 0).await;
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    until("all have ended elsewhere", async || ran(&watcher, "mood.busy.end").await.len() == 24).await;
    assert!(child.wait().unwrap().success());
    let attempts: Vec<i64> = ran(&watcher, "mood.busy").await.iter().map(|(_, attempt, ..)| *attempt).collect();
    assert_eq!(attempts, vec![1; 48], "each began twice, and both times it was the first attempt");
    until("their ends are written", async || {
        history(&watcher, "mood.busy").await.iter().all(|run| run.0 == "SUCCEEDED" && run.1 == 1)
    })
    .await;
    other.stop().await;
    watcher.stop().await;
}

/// Who dies in the middle of a run is found out within a lease, and the run is another attempt of the same tick.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_whose_process_is_killed_goes_on_elsewhere_within_the_lease() {
    let Some(stage) = Stage::of("killed_run", &[]).await else { return };
    let Some(watching) = Stage::of("killed_run", &[("JOBS_RUN", "steady.*")]).await else { return };
    // Its tables are there before the child is, and it takes no runs of this kind.
    let first = watching.boot().await;
    turn(&first, "slow", 60_000).await;
    let mut child = child_of(&stage);
    until("the schedule is stored", async || {
        let sql = "SELECT count(*) FROM _microcore_schedule WHERE name = 'mood.slow'";
        first.db().query_scalar::<i64>(sql, ()).await.unwrap() == 1
    })
    .await;
    let (ordered, ..) = crate::commands::ran(&stage, &["jobs", "run", "mood.slow"]).await;
    assert!(ordered);
    until("it runs in the child", async || ran(&first, "mood.slow").await.len() == 1).await;
    let other = stage.boot().await;
    turn(&other, "slow", 0).await;
    child.kill().unwrap();
    child.wait().unwrap();
    let killed = Instant::now();
    until("it runs elsewhere", async || ran(&first, "mood.slow.end").await.len() == 1).await;
    let took = killed.elapsed();
    assert!(took < Duration::from_secs(5), "a lease of 1 s and what this machine takes: {took:?}");
    let attempts: Vec<i64> = ran(&first, "mood.slow").await.iter().map(|(_, attempt, ..)| *attempt).collect();
    assert_eq!(attempts, [1, 2]);
    until("it has ended", async || history(&first, "mood.slow").await[0].0 == "SUCCEEDED").await;
    first.stop().await;
    other.stop().await;
}

/// Killed wherever they are, again and again: no tick is lost, and each has ended once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ticks_survive_processes_that_are_killed_at_random() {
    let Some(stage) = Stage::of("killed_ticks", &[]).await else { return };
    for life in [900, 1_300, 700, 1_600_u64] {
        let mut child = child_of(&stage);
        tokio::time::sleep(Duration::from_millis(life + 500)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let last = stage.boot().await;
    let pending = "SELECT count(*) FROM _microcore_run WHERE state = 'PENDING'";
    let from: i64 = last.db().query_scalar("SELECT min(tick) FROM _microcore_run", ()).await.unwrap();
    until("all is run", async || {
        let db = last.db();
        db.query_scalar::<i64>(pending, ()).await.unwrap() == 0 && ran(&last, "steady.a").await.len() > 6
    })
    .await;
    let sql = "SELECT worker, tick, state FROM _microcore_run WHERE worker LIKE 'steady.%' AND state <> 'PENDING' ORDER BY tick";
    let runs: Vec<(String, i64, String)> = last.db().query(sql, ()).await.unwrap();
    for name in ["steady.a", "steady.b", "steady.c"] {
        let ticks: Vec<i64> = runs.iter().filter(|run| run.0 == name).map(|run| run.1).collect();
        assert!(runs.iter().all(|run| run.2 == "SUCCEEDED"), "{runs:?}");
        let expected: Vec<i64> = (ticks[0]..=ticks[ticks.len() - 1]).step_by(1_000).collect();
        assert_eq!(ticks, expected, "{name}, from {from} on");
    }
    last.stop().await;
}
