//! Jobs: enqueued, worked on once, repeated, given up, cancelled, watched.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt as _;
use microcore::jobs::{Cancelled, Enqueued, JobState};
use microcore::prelude::{Error, JobOptions};

use super::stage::{Process, Stage, at, count, done, state, until};
use crate::prelude::*;

fn report(tenant: i64, mood: &str) -> ReportWanted {
    ReportWanted { tenant, mood: mood.to_owned(), ..ReportWanted::default() }
}

async fn what(app: &Process, tenant: i64) -> Vec<(String, i64)> {
    done(app, tenant).await.into_iter().map(|(_, what, attempt)| (what, attempt)).collect()
}

fn said(words: &[(&str, i64)]) -> Vec<(String, i64)> {
    words.iter().map(|(word, attempt)| ((*word).to_owned(), *attempt)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_is_worked_on_once_and_its_end_is_remembered() {
    let Some(app) = at("jobs_once", "report.*", "2027-03-01T00:00:00Z").await else { return };
    let id = app.scheduler().enqueue(report(1, "")).await.unwrap().id();
    assert_eq!(what(&app, 1).await, [], "nothing is done by itself in a test");
    assert_eq!(state(&app, id).await, "waiting");
    app.clock().advance("0s").await;
    assert_eq!(what(&app, 1).await, said(&[("began", 1), ("built", 1)]));
    app.clock().advance("1d").await;
    assert_eq!(what(&app, 1).await.len(), 2);
    let job = app.scheduler().job(id).await.unwrap().unwrap();
    assert_eq!((job.state, job.attempts, job.name.as_str()), (JobState::Succeeded, 1, "report.wanted"));
    assert_eq!(app.scheduler().enqueued::<ReportWanted>(), [report(1, "")]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_job_is_repeated_and_in_the_end_it_is_dead_and_told_of() {
    let Some(app) = at("jobs_dead", "report.*", "2027-03-01T00:00:00Z").await else { return };
    let scheduler = app.scheduler();
    let fails = |tenant, fails| ReportWanted { tenant, fails, ..ReportWanted::default() };
    let twice = scheduler.enqueue(fails(1, 2)).await.unwrap().id();
    let always = scheduler.enqueue(fails(2, 100)).await.unwrap().id();
    let hopeless = scheduler.enqueue(report(3, "give_up")).await.unwrap().id();
    let panics = scheduler.enqueue(report(4, "panic")).await.unwrap().id();
    let later = scheduler.enqueue(report(5, "again")).await.unwrap().id();
    app.clock().advance("1h").await;
    assert_eq!(what(&app, 1).await, said(&[("began", 1), ("began", 2), ("began", 3), ("built", 3)]));
    assert_eq!(what(&app, 2).await, said(&[("began", 1), ("began", 2), ("began", 3)]));
    assert_eq!(what(&app, 3).await, said(&[("began", 1)]), "it was given up");
    let states = [state(&app, twice).await, state(&app, always).await, state(&app, hopeless).await];
    assert_eq!(states, ["succeeded", "dead", "dead"]);
    assert_eq!((state(&app, panics).await, what(&app, 4).await.len()), ("dead", 3));
    // Asking for another time uses no attempt, so the handler would go on asking: it sees its first attempt each time.
    assert_eq!((state(&app, later).await, what(&app, 5).await), ("waiting", said(&[("began", 1); 4])));
    let told = |name: &str| format!("report.wanted: {name}");
    until("it is told of", async || {
        count(&app, &told("there is no such tenant: for good: the handler gave it up")).await == 1
    })
    .await;
    until("that is told of", async || count(&app, &told("not yet")).await == 1).await;
    // A dead one is kept, and may be tried again or forgotten.
    assert!(scheduler.retry_job(always).await.unwrap());
    assert_eq!(state(&app, always).await, "waiting");
    app.clock().advance("1h").await;
    assert_eq!((state(&app, always).await, what(&app, 2).await.len()), ("dead", 6));
    assert!(scheduler.discard_job(always).await.unwrap());
    assert!(!scheduler.discard_job(always).await.unwrap());
    assert!(!scheduler.retry_job(twice).await.unwrap(), "what has ended is not done again");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_stands_and_falls_with_its_transaction() {
    let Some(app) = at("jobs_transaction", "report.*, bill.*", "2027-03-01T00:00:00Z").await else { return };
    let failed = app
        .db()
        .transaction(async |tx| {
            tx.enqueue(report(1, "")).await?;
            Err::<(), Error>(Error::internal("on purpose"))
        })
        .await;
    assert!(failed.is_err());
    let id = app
        .db()
        .transaction(async |tx| {
            let undone = tx
                .transaction(async |tx| {
                    tx.enqueue(report(2, "")).await?;
                    Err::<(), Error>(Error::internal("on purpose"))
                })
                .await;
            assert!(undone.is_err());
            Ok::<_, Error>(tx.enqueue(report(3, "")).await?)
        })
        .await
        .unwrap();
    app.clock().advance("1s").await;
    assert_eq!((what(&app, 1).await.len(), what(&app, 2).await.len(), what(&app, 3).await.len()), (0, 0, 2));
    assert_eq!(state(&app, id).await, "succeeded");
    assert_eq!(app.scheduler().enqueued::<ReportWanted>(), [report(3, "")], "those that were committed");
    // What is unique is compared after the commit, so no transaction fails for it.
    let bill = || BillDue { tenant: 4, month: "2027-02".to_owned(), takes: 0 };
    let db = app.db();
    let two = db.transaction(async |tx| Ok::<_, Error>((tx.enqueue(bill()).await?, tx.enqueue(bill()).await?)));
    let (first, second) = two.await.unwrap();
    app.clock().advance("1s").await;
    assert_eq!((state(&app, first).await, state(&app, second).await), ("succeeded", "skipped"));
    let skipped = app.scheduler().job(second).await.unwrap().unwrap();
    assert_eq!(skipped.error.unwrap(), format!("job {first} was there"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_priority_goes_first_and_what_has_a_time_waits_for_it() {
    let Some(app) = at("jobs_times", "report.*", "2027-03-01T00:00:00Z").await else { return };
    let scheduler = app.scheduler();
    let with = async |tenant, options| scheduler.enqueue_with(report(tenant, ""), options).await.unwrap();
    with(1, JobOptions::new().priority(-5)).await;
    with(2, JobOptions::new()).await;
    with(3, JobOptions::new().priority(7)).await;
    with(4, JobOptions::new().after(Duration::from_secs(3_600)).priority(100)).await;
    with(5, JobOptions::new().at("2027-03-01T02:00:00Z".parse().unwrap())).await;
    scheduler.enqueue_all((6..=205).map(|tenant| report(tenant, ""))).await.unwrap();
    app.clock().advance("0s").await;
    let order = "SELECT tenant FROM done WHERE what = 'began' ORDER BY made";
    let order: Vec<(i64,)> = app.db().query(order, ()).await.unwrap();
    assert_eq!((order[0], order[1], order[order.len() - 1], order.len()), ((3,), (2,), (1,), 203));
    app.clock().advance("59m").await;
    assert_eq!(what(&app, 4).await.len(), 0);
    app.clock().advance("1m").await;
    assert_eq!((what(&app, 4).await.len(), what(&app, 5).await.len()), (2, 0));
    app.clock().advance("1h").await;
    assert_eq!(what(&app, 5).await.len(), 2);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_unique_job_is_there_once_and_the_latest_payload_counts_where_that_is_said() {
    let Some(app) = at("jobs_unique", "bill.*, digest.*, search.*", "2027-03-01T00:00:00Z").await else { return };
    let scheduler = app.scheduler();
    let bill = |tenant| BillDue { tenant, month: "2027-02".to_owned(), takes: 0 };
    let first = scheduler.enqueue(bill(1)).await.unwrap();
    assert_eq!(scheduler.enqueue(bill(1)).await.unwrap(), Enqueued::Already(first.id()));
    assert!(matches!(scheduler.enqueue(bill(2)).await.unwrap(), Enqueued::New(_)));
    app.clock().advance("1s").await;
    assert!(matches!(scheduler.enqueue(bill(1)).await.unwrap(), Enqueued::New(_)), "that one has ended");
    let first = scheduler.enqueue(DigestWanted { tenant: 1 }).await.unwrap();
    app.clock().advance("59m").await;
    assert_eq!(state(&app, first.id()).await, "succeeded");
    assert_eq!(scheduler.enqueue(DigestWanted { tenant: 1 }).await.unwrap(), Enqueued::Already(first.id()));
    app.clock().advance("1m").await;
    assert!(matches!(scheduler.enqueue(DigestWanted { tenant: 1 }).await.unwrap(), Enqueued::New(_)));
    let search = |text: &str| SearchIndexed { tenant: 1, text: text.to_owned(), takes: 0 };
    let first = scheduler.enqueue(search("old")).await.unwrap();
    assert_eq!(scheduler.enqueue(search("new")).await.unwrap(), Enqueued::Already(first.id()));
    app.clock().advance("1s").await;
    assert_eq!((count(&app, "old").await, count(&app, "new").await), (0, 1));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payload_that_comes_while_its_job_runs_gets_a_run_of_its_own() {
    let Some(stage) = Stage::of("jobs_latest", &[("JOBS_RUN", "search.*")]).await else { return };
    let app = stage.boot().await;
    let search = |text: &str, takes| SearchIndexed { tenant: 1, text: text.to_owned(), takes };
    let first = app.scheduler().enqueue(search("first", 300)).await.unwrap();
    until("it runs", async || count(&app, "first").await == 1).await;
    let again = app.scheduler().enqueue(search("second", 0)).await.unwrap();
    assert_eq!(again, Enqueued::Already(first.id()), "never two of them");
    app.scheduler().enqueue(search("third", 0)).await.unwrap();
    until("both are done", async || count(&app, "indexed").await == 2).await;
    assert_eq!((count(&app, "second").await, count(&app, "third").await), (0, 1));
    app.stop().await;
}

/// Two processes; each tenant's parcels one after the other and in order, failing ones included.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_of_one_key_run_one_after_the_other_in_order() {
    let Some(stage) = Stage::of("jobs_lines", &[("JOBS_RUN", "parcel.*")]).await else { return };
    let (one, other) = (stage.boot().await, stage.boot().await);
    for number in 1..=20 {
        for tenant in 1..=4 {
            let fails = u32::from(number % 7 == 3);
            one.scheduler().enqueue(ParcelSent { tenant, number, fails, takes: 3 }).await.unwrap();
        }
    }
    until("all are sent", async || count(&one, "sent").await == 80).await;
    for tenant in 1..=4 {
        let mut open = None;
        let mut sent = Vec::new();
        for (number, what, _) in done(&one, tenant).await {
            if what == "sending" {
                assert!(open.is_none_or(|open| open == number), "{open:?} was under way when {number} began");
                open = Some(number);
            } else {
                assert_eq!(open.take(), Some(number));
                sent.push(number);
            }
        }
        assert_eq!(sent, (1..=20).collect::<Vec<_>>());
    }
    one.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_waiting_job_is_cancelled_at_once_and_a_running_one_is_dropped() {
    let Some(stage) = Stage::of("jobs_cancel", &[("JOBS_RUN", "report.*")]).await else { return };
    let Some(elsewhere) = Stage::of("jobs_cancel", &[("JOBS_RUN", "none")]).await else { return };
    let (app, other) = (stage.boot().await, elsewhere.boot().await);
    let takes = |tenant, takes| ReportWanted { tenant, takes, ..ReportWanted::default() };
    let later = JobOptions::new().after(Duration::from_secs(3_600));
    let waiting = app.scheduler().enqueue_with(takes(1, 0), later).await.unwrap().id();
    assert_eq!(app.scheduler().cancel_job(waiting).await.unwrap(), Some(Cancelled::Gone));
    assert_eq!(state(&app, waiting).await, "cancelled");
    assert_eq!(app.scheduler().cancel_job(waiting).await.unwrap(), None);
    let here = app.scheduler().enqueue(takes(2, 60_000)).await.unwrap().id();
    until("it runs", async || state(&app, here).await == "running").await;
    until("it has begun", async || what(&app, 2).await.len() == 1).await;
    assert_eq!(app.scheduler().cancel_job(here).await.unwrap(), Some(Cancelled::Asked));
    until("it is dropped", async || state(&app, here).await == "cancelled").await;
    // The process that runs it learns of it at its next sign of life.
    let there = other.scheduler().enqueue(takes(3, 60_000)).await.unwrap().id();
    until("it has begun", async || what(&app, 3).await.len() == 1).await;
    assert_eq!(other.scheduler().cancel_job(there).await.unwrap(), Some(Cancelled::Asked));
    until("it is dropped there", async || state(&other, there).await == "cancelled").await;
    assert_eq!(count(&app, "built").await, 0);
    app.stop().await;
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_watches_a_job_sees_its_progress_and_its_end() {
    let Some(stage) = Stage::of("jobs_watch", &[("JOBS_RUN", "report.*")]).await else { return };
    let app = stage.boot().await;
    let job = ReportWanted { takes: 600, ..report(1, "progress") };
    let id = app.scheduler().enqueue(job).await.unwrap().id();
    let seen: Vec<_> = app.scheduler().watch(id).collect().await;
    assert!(seen.iter().any(|job| job.progress == Some((3, 10))), "{seen:?}");
    assert_eq!(seen.last().map(|job| job.state), Some(JobState::Succeeded));
    assert_eq!(app.scheduler().watch(id + 1_000).count().await, 0, "there is none");
    app.stop().await;
}

/// Two processes, of which one is not there at first: each job once, and never more at once than is allowed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_run_at_once_in_all_processes_than_is_allowed() {
    let Some(stage) = Stage::of("jobs_at_once", &[("JOBS_RUN", "picture.*")]).await else { return };
    let (one, other) = (stage.boot().await, stage.boot().await);
    let pictures = (0..60).map(|number| PictureScaled { number, takes: 15 });
    one.scheduler().enqueue_all(pictures).await.unwrap();
    until("all are scaled", async || count(&one, "scaled").await == 60).await;
    let (mut open, mut most, mut numbers) = (0_i32, 0, BTreeSet::new());
    for (number, what, _) in done(&one, 0).await {
        open += if what == "scaling" { 1 } else { -1 };
        most = most.max(open);
        assert!(what != "scaling" || numbers.insert(number), "{number} was done twice");
    }
    assert!((2..=4).contains(&most), "{most} at once");
    one.stop().await;
    other.stop().await;
}
