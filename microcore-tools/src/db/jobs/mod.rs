//! Schedules and their runs, kept in the application's database: its replicas share it, and nothing else has to be there.
//!
//! Eight tables, made with the migrations as those of the outbox are. A tick is fired by whoever first commits the change of
//! `next_at` together with the run; the unique index over schedule and tick holds even where a clock was set back. Nobody
//! leads, so nobody can be missing.

mod claims;
mod ends;
mod enqueuing;
mod rows;
mod runs;
mod standing;
mod steps;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod tables;
mod ticks;
mod timers;

use std::sync::Arc;
use std::time::Duration;

use microcore_runtime::error::Result;
use microcore_runtime::jobs::{
    Cancelled, Claim, Claimed, Claims, Declared, Due, End, Ending, Enqueued, Firing, Held, JobCount, JobFilter,
    JobListener, JobStatus, JobStore, Look, NewJob, NewTimer, Overlap, PastRun, Pause, Recorded, Ringer, Ringing, Rung,
    Standing, StepClaim, StepsDone, Timer,
};

pub use self::enqueuing::Leaving;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(crate) use self::tables::{of as tables, wanted};
use crate::db::backend::Pool as _;
use crate::db::{Backend, Database, DbErrorKind, Value};

/// The channel on which processes wake each other, where the engine has one.
const CHANNEL: &str = "_microcore_jobs";
/// They do so no more often than twenty times a second.
const GAP: Duration = Duration::from_millis(50);
/// How often a transaction is tried again that another one was in the way of.
const TRIES: u32 = 8;

/// `$3, $4, $5`: placeholders for a list, from a number on.
fn list(from: usize, count: usize) -> String {
    (from..from + count).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ")
}

/// The values of a list behind those that stand before it.
fn with_names<const N: usize>(first: [Value<'static>; N], names: &[&str]) -> Vec<Value<'static>> {
    first.into_iter().chain(names.iter().map(|name| Value::from((*name).to_owned()))).collect()
}

impl<B: Backend> JobStore for Database<B> {
    async fn exists(&self) -> Result<bool> {
        match self
            .query::<(i64,)>("SELECT count(*) FROM _microcore_limit WHERE EXISTS (SELECT 1 FROM _microcore_timer)", ())
            .await
        {
            Ok(_) => Ok(true),
            // A table that is not there, or is closed to this login.
            Err(error) if error.kind() == DbErrorKind::Syntax => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn declare(&self, schedules: &[Declared], now: i64) -> Result<()> {
        ticks::declare(self, schedules, now).await
    }

    async fn look(&self, names: &[&str], owner: &str) -> Result<Look> {
        ticks::look(self, names, owner).await
    }

    async fn due(&self, names: &[&str], now: i64) -> Result<Vec<Due>> {
        ticks::due(self, names, now).await
    }

    async fn standing(&self) -> Result<Vec<Standing>> {
        ticks::standing(self).await
    }

    async fn fire(&self, firing: &Firing, now: i64) -> Result<u64> {
        ticks::fire(self, firing, now).await
    }

    async fn move_tick(&self, name: &str, was: i64, next: i64) -> Result<bool> {
        let sql = "UPDATE _microcore_schedule SET next_at = $3 WHERE name = $1 AND next_at = $2";
        Ok(self.execute(sql, (name, was, next)).await? > 0)
    }

    async fn claim(&self, claim: &Claim<'_>) -> Result<Claims> {
        claims::claim(self, claim).await
    }

    async fn end(&self, id: i64, token: i64, end: &End, now: i64) -> Result<bool> {
        ends::end(self, id, token, end, now).await
    }

    async fn end_all(&self, ends: Vec<Ending>, now: i64) -> Vec<Result<bool>> {
        ends::end_all(self, ends, now).await
    }

    async fn beat(&self, owner: &str) -> Result<bool> {
        let sql = "UPDATE _microcore_process SET beat = beat + 1 WHERE owner = $1";
        Ok(self.execute(sql, (owner,)).await? > 0)
    }

    async fn join(&self, owner: &str) -> Result<()> {
        let sql = "INSERT INTO _microcore_process (owner, beat) VALUES ($1, 1)
            ON CONFLICT (owner) DO UPDATE SET beat = _microcore_process.beat + 1";
        self.execute(sql, (owner,)).await?;
        Ok(())
    }

    async fn others(&self, owner: &str) -> Result<Vec<(String, i64)>> {
        Ok(self.query("SELECT owner, beat FROM _microcore_process WHERE owner <> $1", (owner,)).await?)
    }

    async fn held(&self, owner: &str) -> Result<Vec<Held>> {
        let sql = "SELECT id, token, cancelled FROM _microcore_job WHERE owner = $1 AND state = 'RUNNING'";
        let rows = self.query::<(i64, i64, i64)>(sql, (owner,)).await?;
        Ok(rows.into_iter().map(|(id, token, cancelled)| Held { id, token, cancelled: cancelled != 0 }).collect())
    }

    async fn bury(&self, gone: &(String, i64), now: i64) -> Result<u64> {
        runs::bury(self, gone, now).await
    }

    async fn leave(&self, owner: &str) -> Result<()> {
        let sql = "DELETE FROM _microcore_process WHERE owner = $1
            AND NOT EXISTS (SELECT 1 FROM _microcore_job WHERE owner = $1 AND state = 'RUNNING')";
        self.execute(sql, (owner,)).await?;
        Ok(())
    }

    async fn run_now(&self, name: &str, overlap: Overlap, now: i64) -> Result<Option<i64>> {
        runs::run_now(self, name, overlap, now).await
    }

    async fn run_here(&self, name: &str, overlap: Overlap, owner: &str, now: i64) -> Result<Option<Claimed>> {
        claims::run_here(self, name, overlap, owner, now).await
    }

    async fn find(&self, id: i64) -> Result<Option<PastRun>> {
        Ok(runs::past(self, "r.id = $1", vec![Value::from(id)], 1).await?.pop())
    }

    async fn history(&self, name: &str, count: usize) -> Result<Vec<PastRun>> {
        runs::past(self, "r.worker = $1", vec![Value::from(name.to_owned())], count).await
    }

    async fn pause(&self, name: &str, pause: &Pause) -> Result<bool> {
        ticks::pause(self, name, pause).await
    }

    async fn forget(&self, names: &[&str], before: i64, now: i64) -> Result<u64> {
        runs::forget(self, names, before, now).await
    }

    async fn enqueue(&self, jobs: &[NewJob], now: i64) -> Result<Vec<Enqueued>> {
        enqueuing::enqueue(self, jobs, now).await
    }

    async fn admit(&self, names: &[&str], now: i64) -> Result<()> {
        enqueuing::admit(self, names, now).await
    }

    async fn jobs(&self, filter: &JobFilter) -> Result<Vec<JobStatus>> {
        standing::jobs(self, filter).await
    }

    async fn counts(&self) -> Result<Vec<JobCount>> {
        standing::counts(self).await
    }

    async fn progress(&self, id: i64, token: i64, done: i64, total: i64) -> Result<bool> {
        let sql = "UPDATE _microcore_job SET done = $3, total = $4 WHERE id = $1 AND token = $2 AND state = 'RUNNING'";
        Ok(self.execute(sql, (id, token, done, total)).await? > 0)
    }

    async fn steps(&self, id: i64) -> Result<Vec<(String, String)>> {
        Ok(self.query("SELECT name, result FROM _microcore_step WHERE job = $1", (id,)).await?)
    }

    async fn step(&self, id: i64, token: i64, name: &str, result: &str) -> Result<bool> {
        steps::step(self, StepClaim { id, token }, name, result).await
    }

    async fn steps_in_flight(&self) -> Result<Vec<StepsDone>> {
        steps::in_flight(self).await
    }

    async fn steps_done(&self, steps: Vec<Recorded>) -> Vec<Result<bool>> {
        steps::steps_done(self, steps).await
    }

    async fn set_timer(&self, timer: &NewTimer) -> Result<()> {
        timers::set(self, timer).await
    }

    async fn clear_timer(&self, key: &str) -> Result<bool> {
        Ok(self.execute("DELETE FROM _microcore_timer WHERE key = $1", (key,)).await? > 0)
    }

    async fn timers(&self) -> Result<Vec<Timer>> {
        timers::all(self).await
    }

    async fn due_timers(&self, names: &[&str], now: i64, limit: usize) -> Result<Vec<Timer>> {
        timers::due(self, names, now, limit).await
    }

    async fn ring(&self, ringing: &[Ringing], now: i64) -> Result<Rung> {
        timers::ring(self, ringing, now).await
    }

    async fn cancel(&self, id: i64, now: i64) -> Result<Option<Cancelled>> {
        ends::cancel(self, id, now).await
    }

    async fn retry(&self, id: i64, now: i64) -> Result<bool> {
        standing::retry(self, id, now).await
    }

    async fn discard(&self, id: i64) -> Result<bool> {
        standing::discard(self, id).await
    }

    fn listen(&self, listener: Arc<dyn JobListener>) {
        // A second application on one handle would be a bug in the wiring, and the first stays.
        let _ = self.publisher().jobs.set(listener);
    }

    fn hear(&self, heard: Arc<dyn Fn() + Send + Sync>) -> Option<Ringer> {
        self.pool().listen(CHANNEL, GAP, heard)
    }

    async fn clock(&self) -> Result<i64> {
        Ok(self.query_scalar(&format!("SELECT {}", B::CLOCK), ()).await?)
    }

    async fn close(&self) -> Result<()> {
        Ok(self.pool().close().await?)
    }
}
