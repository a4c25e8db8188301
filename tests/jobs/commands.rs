//! The command `jobs`, beside processes that serve.

use microcore_runtime::commands::{Exit, Surroundings, run};

use crate::App;
use crate::battery::stage::{Stage, ran as ticks_of, turn, until};
use crate::prelude::{OrderPlaced, ReportWanted};

/// Runs a command against the database of a stage: whether it is done, what it says, what it complains of.
pub async fn ran(stage: &Stage, arguments: &[&str]) -> (bool, String, String) {
    let line: Vec<String> = std::iter::once("shop").chain(arguments.iter().copied()).map(str::to_owned).collect();
    let settings = stage.settings.clone();
    // A command has a runtime of its own.
    let ran = tokio::task::spawn_blocking(move || {
        // The surroundings name a function, and no closure.
        SETTINGS.with(|told| *told.borrow_mut() = settings);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let environment = || {
            let settings = SETTINGS.with(|told| told.borrow().clone());
            Ok(microcore::settings::Environment::of(settings))
        };
        let surroundings = Surroundings { folder: ".".into(), environment, out: &mut out, err: &mut err };
        let code = run::<App, _>(line, surroundings);
        (code == Exit::Done.into(), String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    });
    ran.await.unwrap()
}

thread_local! {
    static SETTINGS: std::cell::RefCell<Vec<(String, String)>> = const { std::cell::RefCell::new(Vec::new()) };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schedules_are_listed_previewed_run_paused_and_remembered() {
    let Some(stage) = Stage::of("commands_all", &[]).await else { return };
    let app = stage.boot().await;
    let (done, out, _) = ran(&stage, &["jobs"]).await;
    assert!(done && out.starts_with("NAME "), "{out}");
    let line = out.lines().find(|line| line.starts_with("shop.nights.nightly ")).unwrap();
    assert!(line.contains("at 02:30, Europe/Berlin") && line.contains("waits for its tick"), "{line}");
    let line = out.lines().find(|line| line.starts_with("shop.nights.warm ")).unwrap();
    assert!(line.contains("every 10m, in each process"), "{line}");

    let (done, out, _) = ran(&stage, &["jobs", "next", "shop.nights.nightly", "--count", "400"]).await;
    assert!(done && out.lines().count() == 400);
    let gap = out.lines().find(|line| line.contains("set forward")).unwrap();
    assert!(gap.contains(" 03:00:00 CEST  there is no 02:30: the clock is set forward"), "{gap}");
    let fold = out.lines().find(|line| line.contains("set back")).unwrap();
    assert!(fold.contains(" 02:30:00 CEST  the first of two 02:30: the clock is set back"), "{fold}");

    let (done, out, err) = ran(&stage, &["jobs", "run", "mood.slow", "--wait"]).await;
    assert!(done && out == "succeeded\n", "{out}{err}");
    turn(&app, "shaky", 100).await;
    let (done, out, _) = ran(&stage, &["jobs", "run", "mood.shaky", "--wait"]).await;
    assert!(!done && out == "failed: not yet\n", "{out}");
    let (_, out, _) = ran(&stage, &["jobs", "history", "mood.shaky"]).await;
    let last = out.lines().nth(1).unwrap();
    assert!(last.contains("by hand") && last.contains("  3  ") && last.ends_with("failed: not yet"), "{out}");

    until("it ticks", async || !ticks_of(&app, "steady.a").await.is_empty()).await;
    let (_, out, _) = ran(&stage, &["jobs", "pause", "steady.a"]).await;
    assert_eq!(out, "steady.a is paused\n");
    let paused = ticks_of(&app, "steady.a").await.len();
    tokio::time::sleep(std::time::Duration::from_millis(2_300)).await;
    assert!(ticks_of(&app, "steady.a").await.len() <= paused + 1, "one may have been under way");
    let (_, out, _) = ran(&stage, &["jobs"]).await;
    assert!(out.lines().any(|line| line.starts_with("steady.a ") && line.contains("paused at ")), "{out}");
    let before = ticks_of(&app, "steady.a").await.len();
    let (_, out, _) = ran(&stage, &["jobs", "resume", "steady.a"]).await;
    assert_eq!(out, "steady.a goes on\n");
    until("it ticks again", async || ticks_of(&app, "steady.a").await.len() > before).await;
    let missed = ticks_of(&app, "steady.a").await;
    let gap = missed.windows(2).map(|two| two[1].0 - two[0].0).max().unwrap();
    assert!(gap >= 2_000, "what was paused is not caught up with");

    let (_, out, _) = ran(&stage, &["jobs", "status"]).await;
    assert!(out.lines().any(|line| line.starts_with("mood.slow ")), "{out}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_is_told_with_what_is() {
    let Some(stage) = Stage::of("commands_wrong", &[]).await else { return };
    let (done, _, err) = ran(&stage, &["jobs", "next", "nights.nightly"]).await;
    assert!(!done);
    assert_eq!(err, "error: there is no schedule `nights.nightly`; did you mean `shop.nights.nightly`?\n");
    let (done, _, err) = ran(&stage, &["jobs", "run", "shop.nights.warm"]).await;
    assert!(!done && !err.is_empty());
    let app = stage.boot().await;
    let (done, _, err) = ran(&stage, &["jobs", "run", "shop.nights.warm"]).await;
    assert!(!done && err.contains("in each process by itself"), "{err}");
    let (done, _, err) = ran(&stage, &["jobs", "pause", "no.such"]).await;
    assert!(!done && err.contains("there is no schedule `no.such`"), "{err}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_tells_the_nights_that_surprise() {
    let Some(stage) = Stage::of("commands_check", &[]).await else { return };
    let (_, out, err) = ran(&stage, &["check"]).await;
    let line = err.lines().find(|line| line.contains("shop.nights.nightly")).unwrap_or_else(|| panic!("{out}{err}"));
    assert!(line.contains("at 02:30 Europe/Berlin: ") && line.contains("(runs at 03:00)"), "{line}");
    assert!(line.contains("two 02:30 on ") && line.contains("(runs at the first)"), "{line}");
    let (_, out, _) = ran(&stage, &["context", "shop"]).await;
    assert!(out.contains("- schedule shop.nights.nightly: at 02:30, Europe/Berlin — Cleans up"), "{out}");
    let (_, out, _) = ran(&stage, &["graph"]).await;
    assert!(out.contains("mood.slow: at 00:00, on day 1, in January"), "{out}");
}

/// The number at the beginning of the line of a job.
fn id_of(out: &str, job: &str) -> i64 {
    let line = out.lines().find(|line| line.contains(job)).unwrap_or_else(|| panic!("{out}"));
    line.split_whitespace().next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_are_listed_shown_cancelled_retried_and_forgotten() {
    let Some(stage) = Stage::of("commands_jobs", &[("JOBS_RUN", "report.*")]).await else { return };
    let app = stage.boot().await;
    let report = |tenant, mood: &str| ReportWanted { tenant, mood: mood.to_owned(), ..ReportWanted::default() };
    let later = || microcore::prelude::JobOptions::new().after(std::time::Duration::from_secs(3_600));
    let waiting = app.scheduler().enqueue_with(report(7, ""), later()).await.unwrap().id();
    let other = app.scheduler().enqueue_with(report(8, ""), later()).await.unwrap().id();
    let dead = app.scheduler().enqueue(report(9, "give_up")).await.unwrap().id();
    until("it is dead", async || crate::battery::stage::state(&app, dead).await == "dead").await;

    let (done, out, err) = ran(&stage, &["jobs", "list"]).await;
    assert!(done && out.lines().count() == 3, "{out}{err}");
    assert_eq!(id_of(&out, "report.wanted"), other, "the last first: {out}");
    let (_, out, _) = ran(&stage, &["jobs", "list", "--name", "parcel.sent"]).await;
    assert_eq!(out, "no jobs\n");
    let (_, out, _) = ran(&stage, &["jobs", "list", "--count", "1"]).await;
    assert_eq!(out.lines().count(), 2, "{out}");
    let (done, out, _) = ran(&stage, &["jobs", "show", &waiting.to_string()]).await;
    assert!(done && out.contains("state     waiting\n") && out.contains("\"tenant\":7"), "{out}");

    let (done, out, _) = ran(&stage, &["jobs", "retry", &waiting.to_string()]).await;
    assert_eq!((done, out), (true, format!("job {waiting} begins anew\n")));
    until("it is done", async || crate::battery::stage::state(&app, waiting).await == "succeeded").await;
    let (done, out, _) = ran(&stage, &["jobs", "cancel", &other.to_string()]).await;
    assert_eq!((done, out), (true, format!("job {other} is cancelled\n")));
    let (done, _, err) = ran(&stage, &["jobs", "cancel", &other.to_string()]).await;
    assert!(!done && err.contains(&format!("there is no job {other}")), "{err}");
    let (_, out, _) = ran(&stage, &["jobs", "show", &other.to_string()]).await;
    assert!(out.contains("state     cancelled\n"), "{out}");

    let (_, out, _) = ran(&stage, &["jobs", "status"]).await;
    let line = out.lines().find(|line| line.starts_with("report.wanted ")).unwrap();
    assert_eq!(line.split_whitespace().collect::<Vec<_>>(), ["report.wanted", "0", "0", "1"]);
    let (_, out, _) = ran(&stage, &["jobs", "dead", "list"]).await;
    assert_eq!(id_of(&out, "there is no such tenant"), dead);
    let (_, out, _) = ran(&stage, &["jobs", "dead", "show", &dead.to_string()]).await;
    assert!(out.contains("error     there is no such tenant") && out.contains("\"tenant\":9"), "{out}");
    let (done, ..) = ran(&stage, &["jobs", "dead", "replay", &dead.to_string()]).await;
    assert!(done);
    until("it has failed again", async || {
        crate::battery::stage::count(&app, "began").await >= 3
            && crate::battery::stage::state(&app, dead).await == "dead"
    })
    .await;
    let (done, out, _) = ran(&stage, &["jobs", "dead", "discard", &dead.to_string()]).await;
    assert_eq!((done, out), (true, format!("job {dead} is forgotten\n")));
    let (done, ..) = ran(&stage, &["jobs", "dead", "discard", &dead.to_string()]).await;
    assert!(!done);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_of_the_database_names_the_runs_that_this_build_would_strand() {
    let Some(stage) = Stage::of("commands_flight", &[("JOBS_RUN", "none")]).await else { return };
    let app = stage.boot().await;
    let (_, out, err) = ran(&stage, &["check", "--database"]).await;
    assert!(!err.contains("under way"), "{out}{err}");
    let id = app.scheduler().enqueue(OrderPlaced::default()).await.unwrap().id();
    for step in ["reserve", "pay"] {
        let sql = "INSERT INTO _microcore_step (job, name, result, made) VALUES ($1, $2, '1', 0)";
        app.db().execute(sql, (id, step)).await.unwrap();
    }
    let sql = "INSERT INTO _microcore_job (worker, tick, manual, missed, state, due, token, attempt, deaths, payload)
        VALUES ('ghost.wanted', 0, 2, 0, 'WAITING', 0, 0, 0, 0, '{}')";
    app.db().execute(sql, ()).await.unwrap();
    let (done, _, err) = ran(&stage, &["check", "--database"]).await;
    assert!(!done, "{err}");
    let step = format!(
        "error: 1 jobs `order.placed` under way have done step `pay`, and their worker has no such step any more (see \
         `jobs show {id}`)"
    );
    assert!(err.lines().any(|line| line == step), "{err}");
    assert!(!err.contains("`reserve`"), "{err}");
    assert!(err.contains("1 jobs `ghost.wanted` are under way, and this build does not work on them"), "{err}");
    app.stop().await;
}
