//! Schedules and runs on every store: the databases, and the one in memory. And a fleet whose clocks are wrong.
#![allow(clippy::print_stdout, reason = "it says what it counted")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use microcore_runtime::event::Retry;
use microcore_runtime::jobs::{
    Claim, Declared, End, Firing, JobStore, Missed, NewRun, Overlap, Pause, RunState, Schedule, ScheduleFacts,
    Scheduled, Tick, When,
};
use microcore_runtime::lifecycle::{Boot, Scheduling};
use microcore_runtime::manifest::{Manifest, PluginFacts};
use microcore_runtime::meter::RunMeter;
use microcore_runtime::plugin::Identity;
use microcore_runtime::settings::{Environment, Settings};
use microcore_runtime::tool::Tool;
use microcore_tools::db::{Backend, Database};
use microcore_tools::scheduler::{InDatabase, JobScheduler, SchedulerSettings};

use crate::fixture::{Home, postgres_home, sqlite_home};

const HOURLY: ScheduleFacts = ScheduleFacts {
    handler: "hourly",
    name: "",
    doc: "",
    when: When::Every { interval: 3_600_000, from_end: false },
    missed: Missed::Once,
    late: None,
    overlap: Overlap::Skip,
    jitter: 0,
    retry: Retry::new(0, 0),
    timeout: 0,
    broadcast: false,
    blocking: false,
};
static PLUGINS: [PluginFacts; 1] = [PluginFacts { schedules: &[HOURLY], ..PluginFacts::needing(&["db"]) }];
static MANIFEST: Manifest = Manifest { name: "test", plugins: &PLUGINS, stores_jobs: true, ..Manifest::EMPTY };

pub(crate) async fn open<B: Backend>(home: &Home<B>) -> Database<B> {
    let (environment, settings) = home.settings("true");
    Database::setup(settings, &Boot::new(environment).of(&MANIFEST)).await.unwrap()
}

/// Mounts a case on each store.
macro_rules! on_each_store {
    ($($case:ident)+) => {
        mod memory { $(
            #[tokio::test]
            async fn $case() {
                super::$case(microcore_tools::scheduler::memory::MemoryStore::default()).await;
            }
        )+ }
        mod sqlite { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let home = crate::fixture::sqlite_home().await.unwrap();
                super::$case(crate::jobs::open(&home).await).await;
            }
        )+ }
        mod postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let Some(home) = crate::fixture::postgres_home().await else { return };
                super::$case(crate::jobs::open(&home).await).await;
            }
        )+ }
    };
}

pub(crate) use on_each_store;

on_each_store! {
    a_tick_is_fired_once_whoever_tries
    what_a_clock_set_back_brings_again_is_not_run_again
    an_end_under_an_old_token_changes_nothing
    in_one_line_one_runs_and_the_first_goes_first
    a_paused_schedule_is_not_fired_and_keeps_who_paused_it
    another_expression_begins_anew_and_the_same_goes_on
    old_runs_are_forgotten_but_for_the_last_hundred
}

fn firing(name: &str, was: i64, next: i64, overlap: Overlap) -> Firing {
    let runs = vec![NewRun { tick: was, due: was, missed: 0 }];
    Firing { name: name.to_owned(), was, next: Some(next), runs, recorded: vec![], overlap }
}

async fn declare(store: &impl JobStore, name: &str, times: &str, next: i64) {
    store.declare(&[Declared { name: name.to_owned(), times: times.to_owned(), next }], 0).await.unwrap();
}

async fn claim(store: &impl JobStore, owner: &str, now: i64) -> Vec<microcore_runtime::jobs::Claimed> {
    store.join(owner).await.unwrap();
    let claim = Claim { owner, names: &["a", "b"], limited: &[], limit: 10, now, ranked: false };
    store.claim(&claim).await.unwrap().taken
}

fn past(state: RunState) -> End {
    End::Past { state, error: None, began: 0, next: None }
}

async fn a_tick_is_fired_once_whoever_tries(store: impl JobStore) {
    declare(&store, "a", "every 10", 10).await;
    let firing = firing("a", 10, 20, Overlap::Allow);
    let tries = futures_util::future::join_all((0..8).map(|_| store.fire(&firing, 10))).await;
    assert_eq!(tries.into_iter().map(Result::unwrap).sum::<u64>(), 1);
    assert_eq!(store.look(&["a"], "me").await.unwrap().tick, Some(20));
    assert_eq!(store.look(&["b"], "me").await.unwrap().tick, None, "it is asked for by name");
    assert_eq!(claim(&store, "me", 10).await.len(), 1);
    assert_eq!(claim(&store, "you", 10).await.len(), 0);
}

async fn what_a_clock_set_back_brings_again_is_not_run_again(store: impl JobStore) {
    declare(&store, "a", "every 10", 10).await;
    assert_eq!(store.fire(&firing("a", 10, 20, Overlap::Allow), 10).await.unwrap(), 1);
    assert!(store.move_tick("a", 20, 10).await.unwrap());
    assert!(!store.move_tick("a", 20, 10).await.unwrap(), "somebody else was first");
    assert_eq!(store.fire(&firing("a", 10, 20, Overlap::Allow), 10).await.unwrap(), 0);
    assert_eq!(store.history("a", 10).await.unwrap().len(), 1);
    assert_eq!(claim(&store, "me", 99).await.len(), 1);
}

async fn an_end_under_an_old_token_changes_nothing(store: impl JobStore) {
    declare(&store, "a", "every 10", 10).await;
    store.fire(&firing("a", 10, 20, Overlap::Allow), 10).await.unwrap();
    let old = claim(&store, "zombie", 10).await.remove(0);
    assert_eq!((old.attempt, old.deaths), (1, 0));
    let others = store.others("me").await.unwrap();
    assert_eq!(others.len(), 1);
    assert!(store.beat("zombie").await.unwrap());
    assert_eq!(store.bury(&others[0], 11).await.unwrap(), 0, "it gave a sign of life in between");
    let others = store.others("me").await.unwrap();
    assert_eq!(store.bury(&others[0], 11).await.unwrap(), 1);
    assert!(!store.beat("zombie").await.unwrap(), "it learns that it is dead");
    for end in [past(RunState::Succeeded), End::Released, End::Again { due: 12, error: "late".to_owned() }] {
        assert!(!store.end(old.id, old.token, &end, 12).await.unwrap());
    }
    let new = claim(&store, "me", 12).await.remove(0);
    assert_eq!((new.id, new.attempt, new.deaths), (old.id, 1, 1), "a death is no attempt");
    assert!(!store.end(old.id, old.token, &past(RunState::Failed), 13).await.unwrap());
    assert!(store.end(new.id, new.token, &past(RunState::Succeeded), 13).await.unwrap());
    assert!(!store.end(new.id, new.token, &past(RunState::Failed), 14).await.unwrap(), "once");
    let run = store.find(new.id).await.unwrap().unwrap();
    assert_eq!((run.state, run.attempts, run.ended), (RunState::Succeeded, 2, Some(13)));
    assert_eq!(store.standing().await.unwrap()[0].success, Some(10));
}

async fn in_one_line_one_runs_and_the_first_goes_first(store: impl JobStore) {
    declare(&store, "a", "every 10", 10).await;
    let first = store.run_now("a", Overlap::Wait, 5).await.unwrap().unwrap();
    let second = store.run_now("a", Overlap::Wait, 6).await.unwrap().unwrap();
    assert_eq!(store.run_now("nobody", Overlap::Wait, 6).await.unwrap(), None);
    let claimed = claim(&store, "me", 10).await;
    assert_eq!(claimed.iter().map(|run| run.id).collect::<Vec<_>>(), [first]);
    assert!(claimed[0].manual);
    let again = End::Again { due: 50, error: "not yet".to_owned() };
    assert!(store.end(first, claimed[0].token, &again, 11).await.unwrap());
    assert_eq!(claim(&store, "me", 20).await.len(), 0, "it waits for its next attempt, and the other behind it");
    let claimed = claim(&store, "me", 50).await;
    assert_eq!((claimed[0].id, claimed[0].attempt), (first, 2));
    assert!(store.end(first, claimed[0].token, &End::Released, 51).await.unwrap());
    let claimed = claim(&store, "me", 52).await;
    assert_eq!((claimed[0].id, claimed[0].attempt), (first, 2), "what is given back is no attempt");
    assert!(store.end(first, claimed[0].token, &past(RunState::Failed), 53).await.unwrap());
    assert_eq!(claim(&store, "me", 54).await[0].id, second);
    // A tick while one is under way is skipped.
    assert_eq!(store.fire(&firing("a", 10, 60, Overlap::Skip), 54).await.unwrap(), 0);
    let states: BTreeMap<i64, RunState> =
        store.history("a", 10).await.unwrap().into_iter().map(|run| (run.tick, run.state)).collect();
    assert_eq!(states[&10], RunState::Skipped);
    assert_eq!((states[&5], states[&6]), (RunState::Failed, RunState::Pending));
}

async fn a_paused_schedule_is_not_fired_and_keeps_who_paused_it(store: impl JobStore) {
    declare(&store, "a", "every 10", 10).await;
    let begins = |by: &str| Pause::Begins { now: 3, by: by.to_owned() };
    assert!(store.pause("a", &begins("ana")).await.unwrap());
    assert!(store.pause("a", &begins("bob")).await.unwrap());
    assert!(!store.pause("nobody", &begins("ana")).await.unwrap());
    assert_eq!(store.fire(&firing("a", 10, 20, Overlap::Skip), 10).await.unwrap(), 0);
    assert_eq!(store.due(&["a"], 99).await.unwrap(), []);
    declare(&store, "a", "every 10", 10).await;
    assert_eq!(store.standing().await.unwrap()[0].paused, Some((3, "ana".to_owned())), "a deploy keeps it");
    assert!(store.pause("a", &Pause::Ends { next: Some(70) }).await.unwrap());
    assert_eq!(store.look(&["a"], "me").await.unwrap().tick, Some(70));
}

async fn another_expression_begins_anew_and_the_same_goes_on(store: impl JobStore) {
    declare(&store, "a", "every 10", 10).await;
    declare(&store, "a", "every 10", 40).await;
    assert_eq!(store.look(&["a"], "me").await.unwrap().tick, Some(10), "a boot moves no tick");
    declare(&store, "a", "every 7", 14).await;
    assert_eq!(store.look(&["a"], "me").await.unwrap().tick, Some(14));
    declare(&store, "a", "every 7", 7).await;
    assert_eq!(store.look(&["a"], "me").await.unwrap().tick, Some(7), "a clock was set back in between");
}

async fn old_runs_are_forgotten_but_for_the_last_hundred(store: impl JobStore) {
    declare(&store, "a", "every 10", 10).await;
    for tick in (10..1_210).step_by(10) {
        let mut firing = firing("a", tick, tick + 10, Overlap::Allow);
        firing.runs.clear();
        firing.recorded.push((tick, RunState::Missed, 1));
        store.fire(&firing, tick).await.unwrap();
    }
    assert_eq!(store.history("a", 500).await.unwrap().len(), 120);
    assert_eq!(store.forget(&["a"], 105, 1_300).await.unwrap(), 10, "those that are old");
    assert_eq!(store.forget(&["a"], 5_000, 1_300).await.unwrap(), 10, "but the last hundred stay");
    assert_eq!(store.forget(&["a"], 5_000, 1_300).await.unwrap(), 0);
    assert_eq!(store.history("a", 500).await.unwrap().len(), 100);
}

/// Four processes with clocks that are wrong, each for itself: every tick of every schedule is run once, and none is
/// missing. In the fleet the database's clock decides; here each believes its own, which is worse.
struct Fleet;

const MINUTELY: ScheduleFacts = ScheduleFacts {
    when: When::Every { interval: 60_000, from_end: false },
    missed: Missed::All,
    overlap: Overlap::Allow,
    ..HOURLY
};
static METER: RunMeter = RunMeter::NEW;
static NOBODY: Identity = Identity { domain: "test", plugin: "test", name: "test.test" };

const fn scheduled(name: &'static str) -> Schedule {
    Schedule { name, plugin: &NOBODY, facts: &MINUTELY, meter: &METER }
}

/// How often each tick was run, by schedule and time, in the fleet on one database.
static RUNS: Mutex<BTreeMap<(usize, i64), u32>> = Mutex::new(BTreeMap::new());

impl Scheduled for Fleet {
    const SCHEDULES: &'static [Schedule] = &[
        scheduled("f.a"),
        scheduled("f.b"),
        scheduled("f.c"),
        scheduled("f.d"),
        scheduled("f.e"),
        scheduled("f.f"),
        scheduled("f.g"),
        scheduled("f.h"),
        scheduled("f.i"),
        scheduled("f.j"),
    ];

    fn is_running(&self, _: usize) -> bool {
        true
    }

    async fn run(&'static self, schedule: usize, tick: Tick) -> microcore_runtime::error::Result<()> {
        *RUNS.lock().unwrap().entry((schedule, tick.due.as_millisecond())).or_default() += 1;
        Ok(())
    }
}

/// How many minutes pass: `JOBS_TICKS` (15).
fn ticks() -> usize {
    std::env::var("JOBS_TICKS").ok().and_then(|text| text.parse().ok()).unwrap_or(15)
}

async fn a_fleet_with_wrong_clocks<B: Backend>(home: Home<B>) {
    static FLEET: Fleet = Fleet;
    RUNS.lock().unwrap().clear();
    let clocks = ["2027-03-01T10:00:00Z", "2027-03-01T10:01:30Z", "2027-03-01T09:58:30Z", "2027-03-01T10:00:20Z"];
    let mut processes = Vec::new();
    for clock in clocks {
        let db = open(&home).await;
        let boot = Boot::new(Environment::default()).of(&MANIFEST).in_test().clock(clock);
        let settings = SchedulerSettings::load(&boot.environment).unwrap();
        let scheduler = JobScheduler::<Fleet, InDatabase>::setup(settings, &boot).await.unwrap();
        Scheduling::<Fleet, Database<B>>::start(&scheduler, &FLEET, Some(db)).await;
        processes.push(scheduler);
    }
    let advances = processes.iter().map(|scheduler| async move {
        for _ in 0..ticks() {
            let minute = std::time::Duration::from_secs(60);
            Scheduling::<Fleet, Database<B>>::advance(scheduler, minute).await.unwrap();
        }
    });
    futures_util::future::join_all(advances).await;
    let runs = RUNS.lock().unwrap();
    let doubled: Vec<_> = runs.iter().filter(|(_, count)| **count != 1).collect();
    assert!(doubled.is_empty(), "{doubled:?}");
    let ticks: BTreeSet<i64> = runs.keys().map(|(_, tick)| *tick).collect();
    let (first, last) = (*ticks.first().unwrap(), *ticks.last().unwrap());
    let all = usize::try_from((last - first) / 60_000 + 1).unwrap();
    assert!(all >= 15, "{all}");
    assert_eq!(runs.len(), all * Fleet::SCHEDULES.len(), "none is missing");
    println!(
        "{} ticks of {} schedules in 4 processes with wrong clocks: each once",
        runs.len(),
        Fleet::SCHEDULES.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_processes_with_wrong_clocks_run_each_tick_once() {
    a_fleet_with_wrong_clocks(sqlite_home().await.unwrap()).await;
    // One after the other: they count in one place.
    if let Some(home) = postgres_home().await {
        a_fleet_with_wrong_clocks(home).await;
    }
}
