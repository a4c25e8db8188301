//! Several processes on one database.

use std::collections::HashMap;
use std::time::Duration;

use super::stage::{Stage, history, ran, turn, until};

/// Each tick of each schedule has one run, whoever does it; afterwards a downtime, of which each tick is run as well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_run_each_tick_once_and_none_is_missing() {
    let Some(stage) = Stage::of("fleet_ticks", &[]).await else { return };
    let (one, other) = (stage.boot().await, stage.boot().await);
    until("some ticks", async || ran(&one, "steady.a").await.len() >= 4).await;
    one.stop().await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    other.stop().await;
    // Nobody is there for two ticks.
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let (one, other) = (stage.boot().await, stage.boot().await);
    let enough = ran(&one, "steady.a").await.len() + 5;
    until("some more", async || ran(&one, "steady.a").await.len() >= enough).await;
    one.stop().await;
    let left = "SELECT count(*) FROM _microcore_job WHERE worker LIKE 'steady.%'";
    // The last ticks are run by now, or wait for the next process; stopped in between, none is doubled.
    other.stop().await;
    let last = stage.boot().await;
    until("all are run", async || last.db().query_scalar::<i64>(left, ()).await.unwrap() == 0).await;
    for handler in ["steady.a", "steady.b", "steady.c"] {
        let mut counts: HashMap<i64, u32> = HashMap::new();
        for (tick, ..) in ran(&last, handler).await {
            *counts.entry(tick).or_default() += 1;
        }
        let (first, end) = (*counts.keys().min().unwrap(), *counts.keys().max().unwrap());
        let missing: Vec<i64> = (first..=end).step_by(1_000).filter(|tick| !counts.contains_key(tick)).collect();
        let doubled: Vec<(&i64, &u32)> = counts.iter().filter(|(_, count)| **count > 1).collect();
        assert!(counts.len() >= 9, "{handler}: {}", counts.len());
        assert_eq!((missing, doubled), (vec![], vec![]), "{handler}");
    }
    last.stop().await;
}

/// A stop gives back what does not end in time: no attempt is used, and others go on at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_stop_interrupts_another_process_runs_at_once() {
    let Some(stage) = Stage::of("fleet_stop", &[("JOBS_LEASE", "30s")]).await else { return };
    let one = stage.boot().await;
    turn(&one, "slow", 60_000).await;
    order(&stage, "mood.slow").await;
    until("it runs", async || ran(&one, "mood.slow").await.len() == 1).await;
    one.stop().await;
    let other = stage.boot().await;
    turn(&other, "slow", 0).await;
    let begun = std::time::Instant::now();
    until("another runs it", async || ran(&other, "mood.slow.end").await.len() == 1).await;
    assert!(begun.elapsed() < Duration::from_secs(10), "no lease was waited for");
    let attempts: Vec<i64> = ran(&other, "mood.slow").await.iter().map(|(_, attempt, ..)| *attempt).collect();
    assert_eq!(attempts, [1, 1], "the attempt is not counted");
    until("it has ended", async || history(&other, "mood.slow").await[0].0 == "SUCCEEDED").await;
    other.stop().await;
}

/// From the beginning of a stop on nothing more is begun, however long the requests and runs under way may take.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_stops_takes_no_more_runs_while_it_ends_those_that_it_has() {
    let more = [("DRAIN_TIMEOUT", "1s"), ("JOBS_RUN", "mood.busy")];
    let Some(stage) = Stage::of("fleet_drain", &more).await else { return };
    let (one, watcher) =
        (stage.boot().await, Stage::of("fleet_drain", &[("JOBS_RUN", "none")]).await.unwrap().boot().await);
    turn(&one, "busy", 60_000).await;
    order(&stage, "mood.busy").await;
    until("it runs", async || ran(&watcher, "mood.busy").await.len() == 1).await;
    let address = one.address();
    let stopping = tokio::spawn(one.stop());
    until("nobody listens any more", async || tokio::net::TcpStream::connect(address).await.is_err()).await;
    order(&stage, "mood.busy").await;
    stopping.await.unwrap();
    assert_eq!(ran(&watcher, "mood.busy").await.len(), 1, "what was ordered during the stop has not begun");
    turn(&watcher, "busy", 0).await;
    let next = stage.boot().await;
    until("both run at the next start", async || ran(&watcher, "mood.busy.end").await.len() == 2).await;
    let attempts: Vec<i64> = ran(&watcher, "mood.busy").await.iter().map(|(_, attempt, ..)| *attempt).collect();
    assert_eq!(attempts, [1, 1, 1]);
    next.stop().await;
    watcher.stop().await;
}

/// Runs one at a time, whoever has ordered them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runs_of_one_schedule_never_overlap() {
    let Some(stage) = Stage::of("fleet_overlap", &[]).await else { return };
    let (one, other) = (stage.boot().await, stage.boot().await);
    turn(&one, "slow", 150).await;
    for _ in 0..4 {
        order(&stage, "mood.slow").await;
    }
    until("all have ended", async || ran(&one, "mood.slow.end").await.len() == 4).await;
    let rows: Vec<(String,)> =
        one.db().query("SELECT handler FROM ran WHERE handler LIKE 'mood.slow%' ORDER BY made", ()).await.unwrap();
    let order: Vec<&str> = rows.iter().map(|(handler,)| handler.as_str()).collect();
    let expected: Vec<&str> = ["mood.slow", "mood.slow.end"].into_iter().cycle().take(8).collect();
    assert_eq!(order, expected);
    one.stop().await;
    other.stop().await;
}

/// A process that has other roles leaves it to those that have this one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_takes_what_its_role_is() {
    let Some(stage) = Stage::of("fleet_roles", &[("JOBS_RUN", "steady.*")]).await else { return };
    let one = stage.boot().await;
    let Some(able) = Stage::of("fleet_roles", &[("JOBS_RUN", "mood.slow, nothing.*")]).await else { return };
    let other = able.boot().await;
    order(&stage, "mood.slow").await;
    until("it has ended", async || ran(&one, "mood.slow.end").await.len() == 1).await;
    until("ticks of the other", async || !ran(&one, "steady.a").await.is_empty()).await;
    one.stop().await;
    let before = ran(&other, "steady.a").await.len();
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(ran(&other, "steady.a").await.len(), before);
    other.stop().await;
}

async fn order(stage: &Stage, name: &str) {
    let (code, out, err) = crate::commands::ran(stage, &["jobs", "run", name]).await;
    assert!(code && err.is_empty(), "{out}{err}");
}
