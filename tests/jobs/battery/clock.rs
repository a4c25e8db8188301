//! With a test's clock: in no time, and with no chance involved.

use std::sync::atomic::Ordering;

use microcore::application::Application as _;

use super::stage::{at, at_with, history, ran, ticks, turn};
use crate::domains::shop::plugins::nights::CALLS;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_night_of_the_gap_has_its_run_and_the_night_of_the_fold_has_one() {
    let Some(app) = at("clock_nights", "shop.nights.nightly", "2027-03-27T12:00:00Z").await else { return };
    assert_eq!(ticks(&app, "nightly").await, [""; 0], "nothing ticks by itself in a test");
    app.clock().advance("2d").await;
    assert_eq!(ticks(&app, "nightly").await, ["2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z"]);
    let runs = ran(&app, "nightly").await;
    let previous: Vec<Option<i64>> = runs.iter().map(|(.., previous)| *previous).collect();
    assert_eq!(previous, [None, Some(runs[0].0)], "the last success is told");
    app.stop().await;
    let Some(app) = at("clock_fold", "shop.nights.nightly", "2027-10-30T12:00:00Z").await else { return };
    app.clock().advance("1d").await;
    assert_eq!(ticks(&app, "nightly").await, ["2027-10-31T00:30:00Z"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn weekdays_are_monday_to_friday_and_plain_functions_run_too() {
    let Some(app) = at("clock_weekdays", "shop.nights.*", "2027-03-05T00:00:00Z").await else { return };
    let before = CALLS.load(Ordering::Relaxed);
    app.clock().advance("4d").await;
    // The 5th is a Friday.
    assert_eq!(ticks(&app, "weekdays").await, ["2027-03-05T09:00:00Z", "2027-03-08T09:00:00Z"]);
    assert!(CALLS.load(Ordering::Relaxed) >= before + 16);
    assert_eq!(ran(&app, "warm").await.len(), 4 * 24 * 6, "a broadcast obeys the clock as well");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_end_counts_from_the_end() {
    let Some(app) = at("clock_end", "after.end", "2027-03-05T00:01:00Z").await else { return };
    app.clock().advance("12m").await;
    assert_eq!(ticks(&app, "after.end").await, ["2027-03-05T00:06:00Z", "2027-03-05T00:11:00Z"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_run_is_repeated_and_then_it_has_failed() {
    let Some(app) = at("clock_shaky", "mood.shaky", "2027-12-31T23:00:00Z").await else { return };
    turn(&app, "shaky", 2).await;
    app.clock().advance("2h").await;
    let attempts: Vec<i64> = ran(&app, "mood.shaky").await.iter().map(|(_, attempt, ..)| *attempt).collect();
    assert_eq!(attempts, [1, 2, 3]);
    assert_eq!(history(&app, "mood.shaky").await, [("SUCCEEDED".to_owned(), 3, None)]);
    turn(&app, "shaky", 100).await;
    app.clock().advance("366d").await;
    let last = history(&app, "mood.shaky").await.swap_remove(0);
    assert_eq!(last, ("FAILED".to_owned(), 3, Some("not yet".to_owned())));
    let previous = ran(&app, "mood.shaky").await.last().unwrap().3;
    assert_eq!(previous, Some(ran(&app, "mood.shaky").await[0].0), "since the last success");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_takes_too_long_or_panics_has_failed_and_takes_nothing_along() {
    let Some(app) = at("clock_endless", "mood.endless, mood.panics", "2027-12-31T23:59:00Z").await else { return };
    app.clock().advance("2m").await;
    let (state, attempts, error) = history(&app, "mood.endless").await.swap_remove(0);
    assert_eq!((state.as_str(), attempts), ("FAILED", 1));
    assert_eq!(error.unwrap(), "it took longer than 50ms, and was stopped");
    let (state, _, error) = history(&app, "mood.panics").await.swap_remove(0);
    assert_eq!((state.as_str(), error.unwrap().as_str()), ("FAILED", "panicked: on purpose"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_interceptor_of_jobs_runs_around_each_attempt_and_knows_what_it_is() {
    let Some(app) = at("clock_guard", "vault.open", "2027-03-05T00:30:00Z").await else { return };
    app.clock().advance("1h").await;
    let said = app.db().query::<(String,)>("SELECT name FROM knob ORDER BY name", ()).await.unwrap();
    let said: Vec<&str> = said.iter().map(|row| row.0.as_str()).collect();
    assert_eq!(said, ["guard vault.open vault.open 1 true false", "guard vault.open vault.open 2 true true"]);
    app.stop().await;
}

/// A tick that no process fires is told of by the process whose plugin is off, and by the command.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_whose_plugin_is_off_is_not_ready_once_nobody_runs_its_schedule() {
    let healthy = async |app: &super::stage::Process| {
        let tools = app.app().health().await;
        let scheduler = tools.into_iter().find(|tool| tool.name == "scheduler").unwrap();
        scheduler.reason.map(|reason| reason.to_string())
    };
    let Some(app) = at("clock_ready", "fickle.tick", "2027-03-01T00:00:30Z").await else { return };
    app.clock().advance("10m").await;
    assert_eq!((ran(&app, "fickle.tick").await.len(), healthy(&app).await), (10, None));
    app.stop().await;
    let Some(app) = at_with("clock_unready", "fickle.tick", "2027-03-01T00:00:30Z", &[("STAGE_FICKLE", "false")]).await
    else {
        return;
    };
    app.clock().advance("1m").await;
    assert_eq!(healthy(&app).await, None, "others may be slow");
    app.clock().advance("2m").await;
    assert_eq!(ran(&app, "fickle.tick").await.len(), 0);
    let said = healthy(&app).await.unwrap();
    assert!(said.contains("`fickle.tick` is due, and nobody runs it"), "{said}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_pauses_resumes_and_orders_runs() {
    let Some(app) = at("clock_orders", "after.end, mood.long, mood.slow", "2027-03-01T00:10:00Z").await else { return };
    let scheduler = app.scheduler();
    assert!(scheduler.pause("mood.long", "ana").await.unwrap());
    assert!(!scheduler.pause("no.such", "ana").await.unwrap());
    let stands = async |name: &str| {
        scheduler.schedules().await.unwrap().into_iter().find(|standing| standing.name == name).unwrap()
    };
    assert_eq!(stands("mood.long").await.paused.map(|(_, by)| by).as_deref(), Some("ana"));
    app.clock().advance("3h").await;
    assert_eq!(ran(&app, "mood.long").await.len(), 0);
    assert!(scheduler.resume("mood.long").await.unwrap());
    assert!(!scheduler.resume("no.such").await.unwrap());
    app.clock().advance("1h").await;
    let runs = ran(&app, "mood.long").await;
    assert_eq!((runs.len(), runs[0].2), (1, 0), "what was paused is not caught up with");
    let run = scheduler.run_now("mood.slow").await.unwrap().unwrap();
    assert_eq!(scheduler.run_now("no.such").await.unwrap(), None);
    assert_eq!(scheduler.run_now("shop.nights.warm").await.unwrap(), None, "each process runs it by itself");
    app.clock().advance("0s").await;
    assert_eq!(ran(&app, "mood.slow.end").await.len(), 1);
    let found = microcore_runtime::jobs::JobStore::find(&app.db(), run).await.unwrap().unwrap();
    assert!(found.manual && found.state == microcore_runtime::jobs::RunState::Succeeded);
    app.stop().await;
}
