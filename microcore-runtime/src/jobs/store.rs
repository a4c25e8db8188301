//! What a store of schedules and runs must be able to do. All times are milliseconds since 1970; *now* is always given, so
//! that one clock decides: that of the store, or a test's.

use std::future::Future;
use std::sync::Arc;

use super::{
    Cancelled, Claim, Claimed, Claims, Declared, Due, End, Ending, Enqueued, Firing, Held, JobCount, JobFilter,
    JobStatus, Look, NewJob, NewTimer, Overlap, PastRun, Pause, Recorded, Ringing, Rung, Standing, StepsDone, Timer,
};
use crate::error::Result;

/// A store. Each function is one transaction: it happened whole, or not at all.
pub trait JobStore: Send + Sync + 'static {
    /// Whether there are the tables. An error where the store can't be asked.
    fn exists(&self) -> impl Future<Output = Result<bool>> + Send;

    /// Writes down the schedules that this build has. One whose expression is the same keeps its next tick.
    fn declare(&self, schedules: &[Declared], now: i64) -> impl Future<Output = Result<()>> + Send;

    /// One look at what there is to do for schedules of these names: the one query of a process that is idle.
    fn look(&self, names: &[&str], owner: &str) -> impl Future<Output = Result<Look>> + Send;

    /// The schedules of these names with a tick at or before `now` that are not paused.
    fn due(&self, names: &[&str], now: i64) -> impl Future<Output = Result<Vec<Due>>> + Send;

    /// Every schedule that is stored.
    fn standing(&self) -> impl Future<Output = Result<Vec<Standing>>> + Send;

    /// Fires ticks: the schedule's next tick and its runs are one transaction, and only who finds the schedule as it was
    /// read fires. Gives how many runs there are now that were not there.
    fn fire(&self, firing: &Firing, now: i64) -> impl Future<Output = Result<u64>> + Send;

    /// Sets the next tick of a schedule that lies beyond what its expression says: a clock was set back.
    fn move_tick(&self, name: &str, was: i64, next: i64) -> impl Future<Output = Result<bool>> + Send;

    /// Takes runs that are due, so that nobody else does; each with a new token.
    fn claim(&self, claim: &Claim<'_>) -> impl Future<Output = Result<Claims>> + Send;

    /// Ends a run under its token; `false` where this process has it no longer, and nothing was changed.
    fn end(&self, id: i64, token: i64, end: &End, now: i64) -> impl Future<Output = Result<bool>> + Send;

    /// Ends several under their tokens; for each, whether this process had it. One that can't be written keeps back no
    /// other.
    fn end_all(&self, ends: Vec<Ending>, now: i64) -> impl Future<Output = Vec<Result<bool>>> + Send {
        async move {
            let mut all = Vec::with_capacity(ends.len());
            for Ending { id, token, end } in &ends {
                all.push(self.end(*id, *token, end, now).await);
            }
            all
        }
    }

    /// A sign of life; `false` where this process has been taken for dead, and has nothing any more.
    fn beat(&self, owner: &str) -> impl Future<Output = Result<bool>> + Send;

    /// Registers this process, so that it may claim.
    fn join(&self, owner: &str) -> impl Future<Output = Result<()>> + Send;

    /// The others, each with its count of signs of life.
    fn others(&self, owner: &str) -> impl Future<Output = Result<Vec<(String, i64)>>> + Send;

    /// What this process still has.
    fn held(&self, owner: &str) -> impl Future<Output = Result<Vec<Held>>> + Send;

    /// Gives back what a process held that gave no further sign of life; how many that were.
    fn bury(&self, gone: &(String, i64), now: i64) -> impl Future<Output = Result<u64>> + Send;

    /// This process ends and holds nothing.
    fn leave(&self, owner: &str) -> impl Future<Output = Result<()>> + Send;

    /// One run by hand; its id, or `None` where there is no such schedule.
    fn run_now(&self, name: &str, overlap: Overlap, now: i64) -> impl Future<Output = Result<Option<i64>>> + Send;

    /// One run by hand that this process has from the beginning, so that nobody else takes it; `None` where there is no
    /// such schedule, or one of its runs is under way and they must not overlap.
    fn run_here(
        &self,
        name: &str,
        overlap: Overlap,
        owner: &str,
        now: i64,
    ) -> impl Future<Output = Result<Option<Claimed>>> + Send;

    /// A run by its id.
    fn find(&self, id: i64) -> impl Future<Output = Result<Option<PastRun>>> + Send;

    /// The last runs of a schedule, the last one first.
    fn history(&self, name: &str, count: usize) -> impl Future<Output = Result<Vec<PastRun>>> + Send;

    /// Pauses a schedule, or lets it go on; `false` where there is no such schedule.
    fn pause(&self, name: &str, pause: &Pause) -> impl Future<Output = Result<bool>> + Send;

    /// Forgets runs that ended before this, but the last 100 of each schedule, and schedules that no process has had for 30
    /// days; `names` are those that this one has. Gives how many runs that were.
    fn forget(&self, names: &[&str], before: i64, now: i64) -> impl Future<Output = Result<u64>> + Send;

    /// Stores jobs, all or none. One that is unique, and is there already, is not stored again: its id is given.
    fn enqueue(&self, jobs: &[NewJob], now: i64) -> impl Future<Output = Result<Vec<Enqueued>>> + Send;

    /// Lets in what transactions have left of unique jobs of these names, or drops it where one like it is there.
    fn admit(&self, names: &[&str], now: i64) -> impl Future<Output = Result<()>> + Send;

    /// Jobs, the last first.
    fn jobs(&self, filter: &JobFilter) -> impl Future<Output = Result<Vec<JobStatus>>> + Send;

    /// How many jobs there are, by name.
    fn counts(&self) -> impl Future<Output = Result<Vec<JobCount>>> + Send;

    /// How far a job is; `false` where this process has it no longer.
    fn progress(&self, id: i64, token: i64, done: i64, total: i64) -> impl Future<Output = Result<bool>> + Send;

    /// The steps of a job that are done, with their results as JSON.
    fn steps(&self, id: i64) -> impl Future<Output = Result<Vec<(String, String)>>> + Send;

    /// The steps that unfinished jobs have done, by the names of jobs and steps.
    fn steps_in_flight(&self) -> impl Future<Output = Result<Vec<StepsDone>>> + Send;

    /// A step is done; `false` where this process has the job no longer, and nothing was written.
    fn step(&self, id: i64, token: i64, name: &str, result: &str) -> impl Future<Output = Result<bool>> + Send;

    /// Several steps are done, of whatever jobs; for each, whether this process has its job. One that can't be written
    /// keeps back no other.
    fn steps_done(&self, steps: Vec<Recorded>) -> impl Future<Output = Vec<Result<bool>>> + Send {
        async move {
            let mut all = Vec::with_capacity(steps.len());
            for Recorded { id, token, name, result } in &steps {
                all.push(self.step(*id, *token, name, result).await);
            }
            all
        }
    }

    /// Lets something happen at a time, instead of whatever the key stood for.
    fn set_timer(&self, timer: &NewTimer) -> impl Future<Output = Result<()>> + Send;

    /// Lets it not happen; `false` where there is nothing under this key.
    fn clear_timer(&self, key: &str) -> impl Future<Output = Result<bool>> + Send;

    /// Every timer, by its key.
    fn timers(&self) -> impl Future<Output = Result<Vec<Timer>>> + Send;

    /// Up to `limit` timers of events and jobs of these names that are due, the earliest first.
    fn due_timers(&self, names: &[&str], now: i64, limit: usize) -> impl Future<Output = Result<Vec<Timer>>> + Send;

    /// Publishes and enqueues what is due, together with the timers' next times.
    fn ring(&self, ringing: &[Ringing], now: i64) -> impl Future<Output = Result<Rung>> + Send;

    /// Cancels a job that waits, or asks whoever runs it to drop it; `None` where there is none of this id.
    fn cancel(&self, id: i64, now: i64) -> impl Future<Output = Result<Option<Cancelled>>> + Send;

    /// Gives a dead job all its attempts again, or lets one that waits begin at once; `false` where there is none of this
    /// id.
    fn retry(&self, id: i64, now: i64) -> impl Future<Output = Result<bool>> + Send;

    /// Forgets a dead job; `false` where there is none of this id.
    fn discard(&self, id: i64) -> impl Future<Output = Result<bool>> + Send;

    /// Who is told of jobs that were committed in this process.
    fn listen(&self, listener: Arc<dyn JobListener>);

    /// Calls `heard` when another process has changed something that this one may wait for, from now on; gives what tells
    /// the others the same of this one. `None` where nobody can be told: they look now and then.
    fn hear(&self, _heard: Arc<dyn Fn() + Send + Sync>) -> Option<Ringer> {
        None
    }

    /// The store's clock.
    fn clock(&self) -> impl Future<Output = Result<i64>> + Send;

    /// Closes what only this handle has open.
    fn close(&self) -> impl Future<Output = Result<()>> + Send;
}

/// Tells other processes that there is something to do. It waits for nothing.
pub type Ringer = Box<dyn Fn() + Send + Sync>;

/// Who is told what is enqueued in this process.
pub trait JobListener: std::fmt::Debug + Send + Sync {
    /// The time, where a test says it.
    fn now(&self) -> Option<i64>;

    /// A job is committed.
    fn enqueued(&self, worker: &'static str, payload: &str);
}
