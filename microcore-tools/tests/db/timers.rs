//! What happens at times that the running application says, runs in a process of one's own, and steps that are recorded
//! together; on every store. And tables that an older build has made.
#![allow(clippy::print_stdout, reason = "it says what it counted")]

use std::collections::BTreeSet;
use std::time::Instant;

use microcore_runtime::jobs::{
    Claim, Declared, End, JobFilter, JobOptions, JobStore, NewJob, NewTimer, Overlap, Planned, Recorded, Ringing,
    RunState, Worked as _,
};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::Manifest;
use microcore_runtime::tool::Tool as _;
use microcore_tools::db::{Backend, Database};

use crate::fixture::{Home, postgres_home, sqlite_home};
use crate::jobs::{on_each_store, open};
use crate::stored_jobs::Thing;

on_each_store! {
    what_is_due_happens_once_whoever_sees_to_it
    a_key_is_replaced_and_cancelled
    what_is_repeated_goes_on_and_a_changed_time_is_left_alone
    what_is_unique_stands_in_the_way_of_what_is_due
    an_event_is_handed_on_or_kept
    what_this_build_does_not_know_is_left_to_others
    very_many_are_due_at_once
    a_run_in_a_process_of_its_own_is_nobody_elses
    steps_are_recorded_together_and_each_under_its_own_claim
}

fn job(key: &str, thing: &Thing, next: i64, times: Option<&str>) -> NewTimer {
    let job = NewJob::of(thing, JobOptions::new()).unwrap();
    let planned = Planned {
        name: "thing.wanted",
        payload: job.payload,
        worker: Some(Thing::WORKER),
        unique: job.unique,
        line: job.line,
    };
    NewTimer { key: key.to_owned(), times: times.map(str::to_owned), next, planned }
}

fn thing(text: &str) -> Thing {
    Thing { text: text.to_owned(), ..Thing::default() }
}

fn ringing(key: &str, was: i64, next: Option<i64>) -> Ringing {
    Ringing { key: key.to_owned(), was, next, name: "thing.wanted", worker: Some(Thing::WORKER) }
}

async fn texts(store: &impl JobStore, owner: &str, now: i64) -> Vec<String> {
    store.join(owner).await.unwrap();
    let names = &["thing.wanted"];
    store.admit(names, now).await.unwrap();
    let claim = Claim { owner, names, limited: &[], limit: 100, now, ranked: false };
    let taken = store.claim(&claim).await.unwrap().taken;
    let text = |payload: &str| serde_json::from_str::<Thing>(payload).unwrap().text;
    taken.iter().map(|run| text(&run.job.as_ref().unwrap().payload)).collect()
}

async fn what_is_due_happens_once_whoever_sees_to_it(store: impl JobStore) {
    store.set_timer(&job("a", &thing("one"), 10, None)).await.unwrap();
    store.set_timer(&job("b", &thing("two"), 20, None)).await.unwrap();
    assert_eq!(store.look(&["thing.wanted"], "me").await.unwrap().timer, Some(10));
    assert_eq!(store.due_timers(&["thing.wanted"], 9, 10).await.unwrap(), []);
    let due = store.due_timers(&["thing.wanted"], 30, 10).await.unwrap();
    assert_eq!(due.iter().map(|timer| timer.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(store.due_timers(&["thing.wanted"], 30, 1).await.unwrap().len(), 1);
    let rings = [ringing("a", 10, None), ringing("b", 20, None)];
    let tries = futures_util::future::join_all((0..8).map(|_| store.ring(&rings, 30))).await;
    assert_eq!(tries.into_iter().map(|rung| rung.unwrap().count).sum::<usize>(), 2);
    assert_eq!(store.timers().await.unwrap(), []);
    assert_eq!(store.look(&["thing.wanted"], "me").await.unwrap().timer, None);
    assert_eq!(texts(&store, "me", 30).await, ["one", "two"]);
}

async fn a_key_is_replaced_and_cancelled(store: impl JobStore) {
    store.set_timer(&job("a", &thing("old"), 10, None)).await.unwrap();
    store.set_timer(&job("a", &thing("new"), 50, Some("every 10"))).await.unwrap();
    let timers = store.timers().await.unwrap();
    assert_eq!(timers.len(), 1);
    assert_eq!((timers[0].next, timers[0].times.as_deref()), (50, Some("every 10")));
    assert_eq!(store.ring(&[ringing("a", 10, None)], 10).await.unwrap().count, 0, "that one is not there any more");
    assert!(store.clear_timer("a").await.unwrap());
    assert!(!store.clear_timer("a").await.unwrap());
    assert_eq!(store.ring(&[ringing("a", 50, None)], 50).await.unwrap().count, 0);
    assert_eq!(texts(&store, "me", 99).await, [""; 0]);
}

async fn what_is_repeated_goes_on_and_a_changed_time_is_left_alone(store: impl JobStore) {
    store.set_timer(&job("a", &thing("one"), 10, Some("every 10"))).await.unwrap();
    assert_eq!(store.ring(&[ringing("a", 10, Some(20))], 10).await.unwrap().count, 1);
    assert_eq!(store.ring(&[ringing("a", 10, Some(20))], 10).await.unwrap().count, 0);
    assert_eq!(store.timers().await.unwrap()[0].next, 20);
    assert_eq!(store.ring(&[ringing("a", 20, Some(70))], 65).await.unwrap().count, 1);
    assert_eq!(texts(&store, "me", 99).await, ["one", "one"]);
}

async fn what_is_unique_stands_in_the_way_of_what_is_due(store: impl JobStore) {
    let same = || Thing { same: Some("x".to_owned()), ..thing("same") };
    store.set_timer(&job("a", &same(), 10, Some("every 10"))).await.unwrap();
    for was in [10, 20, 30] {
        assert_eq!(store.ring(&[ringing("a", was, Some(was + 10))], was).await.unwrap().count, 1);
    }
    assert_eq!(texts(&store, "me", 30).await, ["same"], "one is unfinished");
    assert_eq!(texts(&store, "me", 30).await, [""; 0]);
}

async fn an_event_is_handed_on_or_kept(store: impl JobStore) {
    let planned = Planned { worker: None, unique: None, line: None, name: "trial.ended", payload: "{}".to_owned() };
    store.set_timer(&NewTimer { key: "a".to_owned(), times: None, next: 10, planned }).await.unwrap();
    let ringing = Ringing { worker: None, name: "trial.ended", ..ringing("a", 10, None) };
    let rung = store.ring(&[ringing], 10).await.unwrap();
    assert_eq!(rung.count, 1);
    // A store that has an outbox keeps it; of another one the caller hands it on.
    assert!(rung.events.iter().all(|(envelope, payload)| envelope.event == "trial.ended" && payload == "{}"));
    assert_eq!(store.jobs(&JobFilter::default()).await.unwrap(), []);
}

async fn what_this_build_does_not_know_is_left_to_others(store: impl JobStore) {
    store.set_timer(&job("a", &thing("one"), 10, None)).await.unwrap();
    assert_eq!(store.due_timers(&["other.wanted"], 99, 10).await.unwrap(), []);
    // An application may have nothing but times.
    assert_eq!(store.due_timers(&[], 99, 10).await.unwrap(), []);
    assert_eq!(store.due(&[], 99).await.unwrap(), []);
    assert_eq!(store.look(&[], "me").await.unwrap().timer, Some(10));
    store.admit(&[], 99).await.unwrap();
    assert_eq!(store.timers().await.unwrap().len(), 1);
}

/// `JOBS_TIMERS` says how many (500).
async fn very_many_are_due_at_once(store: impl JobStore) {
    let many: usize = std::env::var("JOBS_TIMERS").ok().and_then(|text| text.parse().ok()).unwrap_or(500);
    let keys: Vec<String> = (0..many).map(|number| format!("k{number:06}")).collect();
    for some in keys.chunks(64) {
        let timers: Vec<NewTimer> = some.iter().map(|key| job(key, &thing(key), 10, Some("every 10"))).collect();
        for set in futures_util::future::join_all(timers.iter().map(|timer| store.set_timer(timer))).await {
            set.unwrap();
        }
    }
    let (begun, mut rung) = (Instant::now(), 0);
    loop {
        let due = store.due_timers(&["thing.wanted"], 10, 512).await.unwrap();
        if due.is_empty() {
            break;
        }
        let rings: Vec<Ringing> = due.iter().map(|timer| ringing(&timer.key, timer.next, Some(20))).collect();
        rung += store.ring(&rings, 10).await.unwrap().count;
    }
    println!("{many} timers due at once: enqueued in {:?}", begun.elapsed());
    assert_eq!(rung, many);
    let jobs = store.jobs(&JobFilter::default()).await.unwrap();
    assert_eq!((jobs.len(), jobs.iter().map(|job| job.id).collect::<BTreeSet<_>>().len()), (many, many));
}

async fn a_run_in_a_process_of_its_own_is_nobody_elses(store: impl JobStore) {
    let declared = ["a", "b"].map(|name| Declared { name: name.to_owned(), times: "every 10".to_owned(), next: 99 });
    store.declare(&declared, 0).await.unwrap();
    store.join("me").await.unwrap();
    assert!(store.run_here("nobody", Overlap::Skip, "me", 5).await.unwrap().is_none());
    let run = store.run_here("a", Overlap::Skip, "me", 5).await.unwrap().unwrap();
    assert_eq!((run.attempt, run.manual, run.tick, run.job.is_none()), (1, true, 5, true));
    store.join("you").await.unwrap();
    let names = &["a", "b"];
    let claim = Claim { owner: "you", names, limited: &[], limit: 10, now: 99, ranked: false };
    assert!(store.claim(&claim).await.unwrap().taken.is_empty());
    assert!(store.run_here("a", Overlap::Skip, "you", 6).await.unwrap().is_none(), "they do not overlap");
    let other = store.run_here("b", Overlap::Allow, "you", 6).await.unwrap().unwrap();
    assert!(store.run_here("b", Overlap::Allow, "you", 6).await.unwrap().is_some_and(|third| third.id != other.id));
    assert_eq!(store.find(run.id).await.unwrap().unwrap().state, RunState::Pending);
    let end = End::Past { state: RunState::Succeeded, error: None, began: 5, next: None };
    assert!(store.end(run.id, run.token, &end, 7).await.unwrap());
    let ended = store.find(run.id).await.unwrap().unwrap();
    assert_eq!((ended.state, ended.manual, ended.attempts), (RunState::Succeeded, true, 1));
    assert!(store.run_here("a", Overlap::Skip, "you", 8).await.unwrap().is_some());
}

async fn steps_are_recorded_together_and_each_under_its_own_claim(store: impl JobStore) {
    let jobs: Vec<NewJob> =
        (0..100).map(|number| NewJob::of(&thing(&number.to_string()), JobOptions::new()).unwrap()).collect();
    store.enqueue(&jobs, 5).await.unwrap();
    store.join("me").await.unwrap();
    let claim = Claim { owner: "me", names: &["thing.wanted"], limited: &[], limit: 100, now: 5, ranked: false };
    let taken = store.claim(&claim).await.unwrap().taken;
    let step = |id, token, name: &str| Recorded { id, token, name: name.to_owned(), result: "1".to_owned() };
    // Every third is of a claim that is lost.
    let steps: Vec<Recorded> =
        taken.iter().map(|run| step(run.id, run.token - i64::from(run.id % 3 == 0), "a")).collect();
    for (step, done) in steps.iter().zip(store.steps_done(steps.clone()).await) {
        assert_eq!(done.unwrap(), step.id % 3 != 0);
    }
    let done = store.steps_in_flight().await.unwrap();
    let lost = taken.iter().filter(|run| run.id % 3 == 0).count();
    assert_eq!((done.len(), done[0].jobs, done[0].step.as_str()), (1, i64::try_from(100 - lost).unwrap(), "a"));
    let first = taken.iter().find(|run| run.id % 3 != 0).unwrap();
    assert_eq!(store.steps(first.id).await.unwrap(), [("a".to_owned(), "1".to_owned())]);
    // Two of one job at once, which no handler does by itself.
    let both = vec![step(first.id, first.token, "b"), step(first.id, first.token, "c")];
    assert!(store.steps_done(both).await.into_iter().all(Result::unwrap));
    assert_eq!(store.steps(first.id).await.unwrap().len(), 3);
}

async fn an_event_is_in_the_outbox_as_its_timer_goes<B: Backend>(home: Home<B>) {
    let db = open(&home).await;
    an_event_is_handed_on_or_kept(db.clone()).await;
    let (payload, state): (String, String) =
        db.query_one("SELECT payload, state FROM _microcore_outbox", ()).await.unwrap().unwrap();
    assert_eq!((payload.as_str(), state.as_str()), ("{}", "PUBLISHED"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_at_a_time_is_in_the_outbox() {
    an_event_is_in_the_outbox_as_its_timer_goes(sqlite_home().await.unwrap()).await;
    if let Some(home) = postgres_home().await {
        an_event_is_in_the_outbox_as_its_timer_goes(home).await;
    }
}

/// As the first build with schedules made them.
const OLD: [&str; 9] = [
    "CREATE TABLE _microcore_schedule (name TEXT PRIMARY KEY, times TEXT NOT NULL, next_at BIGINT, last_success BIGINT,
        paused_at BIGINT, paused_by TEXT, seen BIGINT NOT NULL)",
    "CREATE TABLE _microcore_job (id {NUMBERED}, worker TEXT NOT NULL, tick BIGINT NOT NULL, manual BIGINT NOT NULL,
        missed BIGINT NOT NULL, state TEXT NOT NULL, due BIGINT NOT NULL, line TEXT, owner TEXT, token BIGINT NOT NULL,
        attempt BIGINT NOT NULL, deaths BIGINT NOT NULL, began BIGINT, error TEXT)",
    "CREATE INDEX _microcore_job_line ON _microcore_job (line, id)",
    "CREATE TABLE _microcore_run (id BIGINT NOT NULL, worker TEXT NOT NULL, tick BIGINT NOT NULL, manual BIGINT NOT NULL,
        missed BIGINT NOT NULL, state TEXT NOT NULL, began BIGINT, ended BIGINT, attempts BIGINT NOT NULL, error TEXT)",
    "CREATE UNIQUE INDEX _microcore_run_tick ON _microcore_run (worker, tick) WHERE manual = 0",
    "CREATE TABLE _microcore_process (owner TEXT PRIMARY KEY, beat BIGINT NOT NULL)",
    "INSERT INTO _microcore_schedule (name, times, next_at, seen) VALUES ('a', 'every 10', 20, 1)",
    "INSERT INTO _microcore_job (worker, tick, manual, missed, state, due, token, attempt, deaths)
        VALUES ('a', 10, 0, 0, 'WAITING', 10, 0, 0, 0)",
    "INSERT INTO _microcore_run (id, worker, tick, manual, missed, state, attempts) VALUES (1, 'a', 10, 0, 0, 'PENDING', 0)",
];

async fn the_tables_of_an_older_build_get_what_they_lack<B: Backend>(home: Home<B>) {
    let (environment, settings) = home.settings("true");
    let bare = Database::<B>::setup(settings, &Boot::new(environment).of(&Manifest::EMPTY)).await.unwrap();
    for sql in OLD {
        bare.execute(&sql.replace("{NUMBERED}", B::NUMBERED), ()).await.unwrap();
    }
    assert!(bare.query::<(i64,)>("SELECT priority FROM _microcore_job", ()).await.is_err());
    JobStore::close(&bare).await.unwrap();
    let db = open(&home).await;
    assert!(db.exists().await.unwrap());
    db.join("me").await.unwrap();
    let claim = Claim { owner: "me", names: &["a"], limited: &[], limit: 10, now: 99, ranked: false };
    let run = db.claim(&claim).await.unwrap().taken.remove(0);
    assert_eq!((run.tick, run.attempt, run.priority), (10, 1, 0), "what waited goes on");
    let jobs = [NewJob::of(&thing("new"), JobOptions::new().priority(3)).unwrap()];
    db.enqueue(&jobs, 5).await.unwrap();
    assert_eq!(texts(&db, "me", 99).await, ["new"]);
    // Whoever opens it once more finds nothing to do.
    open(&home).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_an_older_build_is_brought_up() {
    the_tables_of_an_older_build_get_what_they_lack(sqlite_home().await.unwrap()).await;
    if let Some(home) = postgres_home().await {
        the_tables_of_an_older_build_get_what_they_lack(home).await;
    }
}
