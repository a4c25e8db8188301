//! Jobs on every store: the databases, and the one in memory.

use microcore_runtime::event::{Event, Retry};
use microcore_runtime::jobs::{
    Cancelled, Claim, Claimed, End, Ending, Enqueued, JobFacts, JobFilter, JobOptions, JobState, JobStatus, JobStore,
    Limited, NewJob, Rate, RunState, Unique, Worked, Worker,
};
use microcore_runtime::meter::RunMeter;
use microcore_runtime::plugin::Identity;
use serde::{Deserialize, Serialize};

/// A job of the battery. What it is unique by, and its line, is what it says.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Thing {
    pub(crate) same: Option<String>,
    pub(crate) line: Option<String>,
    pub(crate) text: String,
}

const PLAIN: JobFacts = JobFacts {
    event: "Thing",
    handler: "work",
    doc: "",
    retry: Retry::new(0, 0),
    timeout: 0,
    blocking: false,
    unique: Some(Unique { fields: &["same"], within: 0, latest: false }),
    key: Some("line"),
    at_once: 0,
    rate: None,
    steps: &[],
};
static METER: RunMeter = RunMeter::NEW;
static NOBODY: Identity = Identity { domain: "test", plugin: "test", name: "test.test" };

impl Event for Thing {
    const NAME: &'static str = "thing.wanted";
}

impl Worked for Thing {
    const WORKER: &'static Worker = &Worker { name: "thing.wanted", plugin: &NOBODY, facts: &PLAIN, meter: &METER };

    fn unique(&self) -> Option<String> {
        self.same.clone()
    }

    fn line(&self) -> Option<String> {
        self.line.clone()
    }
}

/// The same, of which the last payload counts.
static LATEST: JobFacts = JobFacts { unique: Some(Unique { fields: &["same"], within: 0, latest: true }), ..PLAIN };
static LATE: Worker = Worker { name: "thing.late", plugin: &NOBODY, facts: &LATEST, meter: &METER };
/// The same for a while.
static WITHIN: JobFacts = JobFacts { unique: Some(Unique { fields: &["same"], within: 100, latest: false }), ..PLAIN };
static HELD: Worker = Worker { name: "thing.held", plugin: &NOBODY, facts: &WITHIN, meter: &METER };

crate::jobs::on_each_store! {
    a_job_is_taken_once_with_what_it_carries
    of_what_is_unique_one_is_unfinished
    the_latest_payload_counts
    what_is_unique_for_a_while_is_so_after_its_end
    a_line_lets_one_begin_and_what_waits_for_its_time_holds_up_nobody
    limits_hold_for_all_who_claim
    who_has_priority_is_taken_first
    a_dead_job_is_kept_tried_again_and_forgotten
    a_job_is_cancelled_wherever_it_is
    steps_are_recorded_under_a_claim_only
    whatever_a_request_says_is_stored_and_what_fails_for_it_ends
}

async fn whatever_a_request_says_is_stored_and_what_fails_for_it_ends(store: impl JobStore) {
    let odd = |text: &str| Thing { same: Some(format!("a\0{text}")), line: Some("b\0".to_owned()), ..thing("c\0") };
    let Enqueued::New(first) = enqueue(&store, odd("x"), 0).await else { panic!("it is the first") };
    assert_eq!(enqueue(&store, odd("x"), 0).await, Enqueued::Already(first));
    enqueue(&store, thing("plain"), 0).await;
    enqueue(&store, thing("another"), 0).await;
    let claimed = claim(&store, "me", 0).await;
    assert_eq!(texts(&claimed), ["c\0", "plain", "another"]);
    let ends = claimed.iter().map(|run| {
        let end = if run.id == first {
            End::Past { state: RunState::Failed, error: Some("no `c\0`".to_owned()), began: 0, next: None }
        } else {
            past(RunState::Succeeded)
        };
        Ending { id: run.id, token: run.token, end }
    });
    for ended in store.end_all(ends.collect(), 1).await {
        assert!(ended.unwrap());
    }
    assert!(status(&store, first).await.unwrap().error.unwrap().starts_with("no `c"));
    let again = Ending { id: claimed[1].id, token: claimed[1].token, end: past(RunState::Succeeded) };
    assert!(!store.end_all(vec![again], 1).await.remove(0).unwrap(), "it is over");
}

async fn enqueue(store: &impl JobStore, thing: Thing, now: i64) -> Enqueued {
    with(store, thing, JobOptions::new(), now).await
}

async fn with(store: &impl JobStore, thing: Thing, options: JobOptions, now: i64) -> Enqueued {
    store.enqueue(&[NewJob::of(&thing, options).unwrap()], now).await.unwrap()[0]
}

async fn of(store: &impl JobStore, worker: &'static Worker, thing: &Thing, now: i64) -> Enqueued {
    let mut job = NewJob::of(thing, JobOptions::new()).unwrap();
    job.worker = worker;
    store.enqueue(&[job], now).await.unwrap()[0]
}

fn thing(text: &str) -> Thing {
    Thing { text: text.to_owned(), ..Thing::default() }
}

fn same(same: &str, text: &str) -> Thing {
    Thing { same: Some(same.to_owned()), ..thing(text) }
}

fn line(line: &str, text: &str) -> Thing {
    Thing { line: Some(line.to_owned()), ..thing(text) }
}

async fn claim(store: &impl JobStore, owner: &str, now: i64) -> Vec<Claimed> {
    store.join(owner).await.unwrap();
    let names = &["thing.wanted", "thing.late", "thing.held"];
    let ranked = store.look(names, owner).await.unwrap().ranked;
    store.claim(&Claim { owner, names, limited: &[], limit: 100, now, ranked }).await.unwrap().taken
}

fn texts(claimed: &[Claimed]) -> Vec<String> {
    let text = |run: &Claimed| serde_json::from_str::<Thing>(&run.job.as_ref().unwrap().payload).unwrap().text;
    claimed.iter().map(text).collect()
}

fn past(state: RunState) -> End {
    End::Past { state, error: (state == RunState::Failed).then(|| "why".to_owned()), began: 0, next: None }
}

async fn status(store: &impl JobStore, id: i64) -> Option<JobStatus> {
    store.jobs(&JobFilter { id: Some(id), ..JobFilter::default() }).await.unwrap().pop()
}

async fn end(store: &impl JobStore, run: &Claimed, state: RunState, now: i64) {
    assert!(store.end(run.id, run.token, &past(state), now).await.unwrap());
}

async fn a_job_is_taken_once_with_what_it_carries(store: impl JobStore) {
    let jobs: Vec<NewJob> =
        (0..120).map(|number| NewJob::of(&thing(&number.to_string()), JobOptions::new()).unwrap()).collect();
    let enqueued = store.enqueue(&jobs, 5).await.unwrap();
    assert!(enqueued.windows(2).all(|two| two[0].id() < two[1].id()), "in order");
    assert_eq!(store.look(&["thing.wanted"], "me").await.unwrap().run, Some(5));
    let first = claim(&store, "me", 5).await;
    assert_eq!(texts(&first), (0..100).map(|number| number.to_string()).collect::<Vec<_>>());
    assert_eq!(first[0].job.as_ref().unwrap().uid, jobs[0].uid);
    let second = claim(&store, "you", 5).await;
    assert_eq!((second.len(), claim(&store, "me", 5).await.len()), (20, 0));
    end(&store, &first[0], RunState::Succeeded, 9).await;
    let ended = status(&store, first[0].id).await.unwrap();
    assert_eq!((ended.state, ended.attempts, ended.ended, ended.enqueued), (JobState::Succeeded, 1, Some(9), 5));
    assert!(!store.end(first[0].id, first[0].token, &past(RunState::Failed), 9).await.unwrap(), "once");
    assert_eq!(store.jobs(&JobFilter::default()).await.unwrap().len(), 119);
    assert_eq!(store.jobs(&JobFilter { limit: 7, ..JobFilter::default() }).await.unwrap().len(), 7);
}

async fn of_what_is_unique_one_is_unfinished(store: impl JobStore) {
    let tries = futures_util::future::join_all((0..16).map(|_| enqueue(&store, same("a", ""), 5))).await;
    let new: Vec<i64> = tries.iter().filter(|one| matches!(one, Enqueued::New(_))).map(|one| one.id()).collect();
    assert_eq!(new.len(), 1);
    assert!(tries.iter().all(|one| one.id() == new[0]));
    assert!(matches!(enqueue(&store, same("b", ""), 5).await, Enqueued::New(_)));
    let run = claim(&store, "me", 5).await.into_iter().find(|run| run.id == new[0]).unwrap();
    assert_eq!(enqueue(&store, same("a", ""), 6).await, Enqueued::Already(run.id), "while it runs");
    end(&store, &run, RunState::Succeeded, 7).await;
    assert!(matches!(enqueue(&store, same("a", ""), 8).await, Enqueued::New(_)));
}

async fn the_latest_payload_counts(store: impl JobStore) {
    let first = of(&store, &LATE, &same("a", "one"), 5).await;
    assert_eq!(of(&store, &LATE, &same("a", "two"), 5).await, Enqueued::Already(first.id()));
    let run = claim(&store, "me", 5).await.remove(0);
    assert_eq!(texts(std::slice::from_ref(&run)), ["two"]);
    assert_eq!(of(&store, &LATE, &same("a", "three"), 6).await, Enqueued::Already(first.id()));
    assert_eq!(claim(&store, "me", 6).await.len(), 0, "never two of them");
    assert!(store.step(run.id, run.token, "charge", "1").await.unwrap());
    end(&store, &run, RunState::Succeeded, 7).await;
    let again = claim(&store, "me", 7).await.remove(0);
    assert_eq!((again.id, again.attempt, texts(std::slice::from_ref(&again))), (run.id, 1, vec!["three".to_owned()]));
    assert_eq!(store.steps(again.id).await.unwrap(), [], "it is another run");
    end(&store, &again, RunState::Succeeded, 8).await;
    assert_eq!(claim(&store, "me", 9).await.len(), 0);
}

async fn what_is_unique_for_a_while_is_so_after_its_end(store: impl JobStore) {
    let first = of(&store, &HELD, &same("a", ""), 5).await;
    let run = claim(&store, "me", 5).await.remove(0);
    end(&store, &run, RunState::Succeeded, 6).await;
    assert_eq!(of(&store, &HELD, &same("a", ""), 104).await, Enqueued::Already(first.id()));
    let second = of(&store, &HELD, &same("a", ""), 105).await;
    assert!(matches!(second, Enqueued::New(_)));
    assert_eq!(of(&store, &HELD, &same("a", ""), 500).await, Enqueued::Already(second.id()), "it is unfinished");
    store.forget(&["thing.held"], 0, 1_000).await.unwrap();
    assert_eq!(of(&store, &HELD, &same("a", ""), 1_000).await, Enqueued::Already(second.id()));
}

async fn a_line_lets_one_begin_and_what_waits_for_its_time_holds_up_nobody(store: impl JobStore) {
    let later = JobOptions::new().after(std::time::Duration::from_secs(1));
    with(&store, line("a", "later"), later, 0).await;
    enqueue(&store, line("a", "one"), 0).await;
    enqueue(&store, line("a", "two"), 0).await;
    enqueue(&store, line("b", "other"), 0).await;
    let first = claim(&store, "me", 0).await;
    assert_eq!(texts(&first), ["one", "other"]);
    let again = End::Again { due: 50, error: "not yet".to_owned() };
    assert!(store.end(first[0].id, first[0].token, &again, 1).await.unwrap());
    assert_eq!(claim(&store, "me", 1_000).await.len(), 1, "what has begun is before what came due meanwhile");
    let one = status(&store, first[0].id).await.unwrap();
    assert_eq!((one.state, one.attempts, one.error.as_deref()), (JobState::Running, 2, Some("not yet")));
    let token = first[0].token + 1;
    assert!(store.end(first[0].id, token, &End::Asleep { due: 2_000, error: None }, 1_001).await.unwrap());
    assert_eq!(claim(&store, "me", 1_500).await.len(), 0, "it sleeps, and has not ended");
    let run = claim(&store, "me", 2_000).await.remove(0);
    assert_eq!((run.id, run.attempt), (first[0].id, 2), "a sleep is no attempt");
    end(&store, &run, RunState::Failed, 2_001).await;
    let next = claim(&store, "me", 2_002).await;
    assert_eq!(texts(&next), ["later"], "what is dead holds up nobody");
    end(&store, &next[0], RunState::Succeeded, 2_003).await;
    assert_eq!(texts(&claim(&store, "me", 2_004).await), ["two"]);
}

async fn limits_hold_for_all_who_claim(store: impl JobStore) {
    let jobs: Vec<NewJob> =
        (0..40).map(|number| NewJob::of(&thing(&number.to_string()), JobOptions::new()).unwrap()).collect();
    store.enqueue(&jobs, 1_000).await.unwrap();
    let take = async |owner: &'static str, at_once: u32, rate: Option<Rate>, now: i64| {
        store.join(owner).await.unwrap();
        let limited = [Limited { name: "thing.wanted", at_once, rate }];
        store.claim(&Claim { owner, names: &[], limited: &limited, limit: 100, now, ranked: false }).await.unwrap()
    };
    let claims = futures_util::future::join_all(["a", "b", "c", "d"].map(|owner| take(owner, 4, None, 1_000))).await;
    let taken: Vec<Claimed> = claims.into_iter().flat_map(|claims| claims.taken).collect();
    assert_eq!(taken.len(), 4);
    assert_eq!(take("e", 4, None, 1_000).await.taken.len(), 0);
    end(&store, &taken[0], RunState::Succeeded, 1_001).await;
    assert_eq!(take("e", 4, None, 1_002).await.taken.len(), 1);
    // Sixty in a minute are one a second, and six at once after a pause.
    let rate = Some(Rate { count: 60, per: 60_000 });
    let claims = futures_util::future::join_all(["a", "b"].map(|owner| take(owner, 0, rate, 10_000))).await;
    assert_eq!(claims.iter().map(|claims| claims.taken.len()).sum::<usize>(), 6);
    assert_eq!(claims.iter().filter_map(|claims| claims.next).max(), Some(11_000));
    assert_eq!(take("a", 0, rate, 10_999).await.taken.len(), 0);
    let next = take("a", 0, rate, 11_000).await;
    assert_eq!((next.taken.len(), next.next), (1, Some(12_000)));
    assert_eq!(take("b", 0, rate, 60_000).await.taken.len(), 6);
}

async fn who_has_priority_is_taken_first(store: impl JobStore) {
    for (text, priority) in [("low", -1), ("plain", 0), ("high", 3), ("higher", 4), ("also high", 3)] {
        with(&store, thing(text), JobOptions::new().priority(priority), 5).await;
    }
    assert_eq!(texts(&claim(&store, "me", 5).await), ["higher", "high", "also high", "plain", "low"]);
    assert!(store.look(&["thing.wanted"], "me").await.is_ok());
}

async fn a_dead_job_is_kept_tried_again_and_forgotten(store: impl JobStore) {
    let id = enqueue(&store, same("a", "one"), 5).await.id();
    let run = claim(&store, "me", 5).await.remove(0);
    assert!(store.step(id, run.token, "charge", "17").await.unwrap());
    end(&store, &run, RunState::Failed, 9).await;
    let dead = status(&store, id).await.unwrap();
    assert_eq!((dead.state, dead.ended, dead.error.as_deref()), (JobState::Dead, Some(9), Some("why")));
    assert!(dead.payload.unwrap().contains("one"));
    assert_eq!(store.jobs(&JobFilter::default()).await.unwrap(), [], "it waits for nothing");
    assert_eq!(store.jobs(&JobFilter { dead: true, ..JobFilter::default() }).await.unwrap().len(), 1);
    let twin = enqueue(&store, same("a", "two"), 10).await;
    assert!(matches!(twin, Enqueued::New(_)), "a dead one is not in the way");
    let refused = store.retry(id, 11).await.unwrap_err();
    assert_eq!(refused.status(), 409, "{refused}");
    let run = claim(&store, "me", 11).await.remove(0);
    end(&store, &run, RunState::Succeeded, 12).await;
    assert!(store.retry(id, 13).await.unwrap());
    let run = claim(&store, "me", 13).await.remove(0);
    assert_eq!((run.id, run.attempt), (id, 1), "with all its attempts");
    assert_eq!(store.steps(id).await.unwrap(), [("charge".to_owned(), "17".to_owned())], "and what it has done");
    end(&store, &run, RunState::Failed, 14).await;
    assert!(store.discard(id).await.unwrap());
    assert!(!store.discard(id).await.unwrap());
    assert!(!store.retry(id, 15).await.unwrap());
}

async fn a_job_is_cancelled_wherever_it_is(store: impl JobStore) {
    let waiting = enqueue(&store, thing("waiting"), 5).await.id();
    assert_eq!(store.cancel(waiting, 6).await.unwrap(), Some(Cancelled::Gone));
    assert_eq!(status(&store, waiting).await.unwrap().state, JobState::Cancelled);
    assert_eq!(store.cancel(waiting, 6).await.unwrap(), None);
    let running = enqueue(&store, thing("running"), 5).await.id();
    let run = claim(&store, "me", 5).await.remove(0);
    assert_eq!(store.cancel(running, 6).await.unwrap(), Some(Cancelled::Asked));
    let held = store.held("me").await.unwrap();
    assert_eq!((held.len(), held[0].id, held[0].token, held[0].cancelled), (1, running, run.token, true));
    // Its process dies before it has dropped it: whoever takes it over drops it.
    let others = store.others("you").await.unwrap();
    assert_eq!(store.bury(&others[0], 7).await.unwrap(), 1);
    let again = claim(&store, "you", 7).await.remove(0);
    assert!(again.cancelled);
    end(&store, &again, RunState::Cancelled, 8).await;
    assert_eq!(status(&store, running).await.unwrap().state, JobState::Cancelled);
}

async fn steps_are_recorded_under_a_claim_only(store: impl JobStore) {
    let id = enqueue(&store, thing("one"), 5).await.id();
    let old = claim(&store, "zombie", 5).await.remove(0);
    assert!(store.step(id, old.token, "a", "1").await.unwrap());
    assert!(store.progress(id, old.token, 1, 2).await.unwrap());
    assert_eq!(status(&store, id).await.unwrap().progress, Some((1, 2)));
    let others = store.others("me").await.unwrap();
    store.bury(&others[0], 6).await.unwrap();
    let new = claim(&store, "me", 6).await.remove(0);
    assert!(!store.step(id, old.token, "b", "2").await.unwrap(), "it has lost the job");
    assert!(!store.progress(id, old.token, 2, 2).await.unwrap());
    assert!(store.step(id, new.token, "c", "3").await.unwrap());
    let mut steps = store.steps(id).await.unwrap();
    steps.sort();
    assert_eq!(steps, [("a".to_owned(), "1".to_owned()), ("c".to_owned(), "3".to_owned())]);
}
