//! One run of a schedule or of a job, and how it ends.

use std::sync::Arc;
use std::time::Duration;

use microcore_runtime::context;
use microcore_runtime::error::Error;
use microcore_runtime::event::{JobFailed, Retry};
use microcore_runtime::jobs::{AgainIn, Carried, Claimed, End, Ending, JobStore, RunState, Schedule, Scheduled};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::engine::{Engine, Running};
use super::firing::is_late;
use super::handle::Handled;
use super::seats::Seat;

/// After so many deaths of its process a run has failed: it must not kill processes for ever.
const DEATHS: u32 = 10;
/// How long to wait before an end is written again that could not be.
const WRITE_AGAIN: Duration = Duration::from_millis(500);

impl<A: Scheduled, S: JobStore> Engine<A, S> {
    /// Runs one that was claimed to its end.
    pub(super) async fn work(self: &Arc<Self>, mut claimed: Claimed, run: Running, seat: Seat) {
        if let Some(carried) = claimed.job.take() {
            return self.work_on_job(claimed, carried, run, seat).await;
        }
        let Some((number, schedule)) = self.schedule(&claimed.name) else { return };
        let began = self.clock.now();
        let end = if claimed.deaths > DEATHS {
            self.past(schedule, RunState::Failed, Some(died(&claimed)), began)
        } else if claimed.attempt <= 1
            && claimed.deaths == 0
            && !claimed.manual
            && is_late(schedule.facts, claimed.tick, began)
        {
            tracing::warn!(name = claimed.name, "a tick could not begin in time and is not run");
            self.past(schedule, RunState::Missed, None, began)
        } else {
            match self.handle_tick(number, schedule, &claimed, &run).await {
                Handled::Outcome(Ok(())) => self.past(schedule, RunState::Succeeded, None, began),
                Handled::Outcome(Err(error)) if run.is_only => {
                    self.past(schedule, RunState::Failed, Some(error.to_string()), began)
                }
                Handled::Outcome(Err(error)) => {
                    match repeated(schedule.facts.retry, &claimed, &error, self.clock.now()) {
                        Some(end) => end,
                        None => self.past(schedule, RunState::Failed, Some(error.to_string()), began),
                    }
                }
                Handled::Lost => return dropped(&claimed),
                Handled::Cancelled => self.past(schedule, RunState::Cancelled, None, began),
                // A thread can't be stopped, and goes on: others get the run when this process is gone.
                Handled::Cut if schedule.facts.blocking => return,
                // A tick has no steps, so it can't sleep.
                Handled::Cut | Handled::Asleep(_) => End::Released,
            }
        };
        drop(seat);
        self.write(&claimed, &end, &run.lost).await;
    }

    async fn work_on_job(self: &Arc<Self>, claimed: Claimed, carried: Carried, run: Running, seat: Seat) {
        let Some((number, worker)) = self.worker(&claimed.name) else { return };
        let began = self.clock.now();
        let past = |state, error| End::Past { state, error, began, next: None };
        let mut context = None;
        let end = if run.cancelled.is_cancelled() {
            past(RunState::Cancelled, None)
        } else if claimed.deaths > DEATHS {
            past(RunState::Failed, Some(died(&claimed)))
        } else {
            let (handled, its) = self.handle_job(number, worker, &claimed, carried, &run).await;
            context = Some(its);
            match handled {
                Handled::Outcome(Ok(())) => past(RunState::Succeeded, None),
                Handled::Outcome(Err(_)) if run.cancelled.is_cancelled() => past(RunState::Cancelled, None),
                Handled::Outcome(Err(error)) => {
                    match repeated(worker.facts.retry, &claimed, &error, self.clock.now()) {
                        Some(end) => end,
                        None => past(RunState::Failed, Some(error.to_string())),
                    }
                }
                Handled::Lost => return dropped(&claimed),
                Handled::Cancelled => past(RunState::Cancelled, None),
                Handled::Asleep(due) => End::Asleep { due, error: None },
                Handled::Cut if worker.facts.blocking => return,
                Handled::Cut => End::Released,
            }
        };
        // The next handler need not wait for this one's end to be written.
        drop(seat);
        let is_written = self.write(&claimed, &end, &run.lost).await;
        if let (true, End::Past { state: RunState::Failed, error, .. }) = (is_written, end) {
            let attempts = claimed.attempt + claimed.deaths;
            let failed = JobFailed::new(worker.name, claimed.id, error.unwrap_or_default(), attempts);
            let told = self.app.job_failed(failed);
            match context {
                Some(context) => context::scope(context, told).await,
                None => told.await,
            }
        }
    }

    fn past(&self, schedule: &Schedule, state: RunState, error: Option<String>, began: i64) -> End {
        // Of one that counts from the end, this is where the next tick comes from.
        let next = match schedule.facts.when {
            microcore_runtime::jobs::When::Every { interval, from_end: true } => {
                Some(self.clock.now().saturating_add(i64::try_from(interval).unwrap_or(i64::MAX)))
            }
            _ => None,
        };
        End::Past { state, error, began, next }
    }

    /// Writes the end down, as often as it takes: until it is written, lost, or the process goes. Whether it is.
    async fn write(self: &Arc<Self>, claimed: &Claimed, end: &End, lost: &CancellationToken) -> bool {
        let write = |ends: Vec<Ending>| {
            let engine = Arc::clone(self);
            async move { engine.store.end_all(ends, engine.clock.now()).await }
        };
        loop {
            let ending = Ending { id: claimed.id, token: claimed.token, end: end.clone() };
            match self.ends.write(ending, write).await {
                Ok(true) => {
                    // What is given back is for whoever has room now.
                    if *end == End::Released {
                        self.wake_all();
                    }
                    return true;
                }
                Ok(false) => {
                    tracing::warn!(name = claimed.name, run = claimed.id, "the end of a run was void: others have it");
                    return false;
                }
                Err(error) => {
                    tracing::warn!(name = claimed.name, run = claimed.id, %error, "the end of a run was not written");
                }
            }
            if lost.is_cancelled() || self.cut.is_cancelled() {
                return false;
            }
            tokio::select! {
                () = sleep(WRITE_AGAIN) => {}
                () = lost.cancelled() => return false,
                () = self.cut.cancelled() => {}
            }
        }
    }
}

fn dropped(claimed: &Claimed) {
    tracing::warn!(name = claimed.name, run = claimed.id, "a run was dropped: others have it now");
}

fn died(claimed: &Claimed) -> String {
    let error = format!("its process died {} times while it ran", claimed.deaths);
    tracing::error!(name = claimed.name, run = claimed.id, error, "a run is given up");
    error
}

/// How a failing run goes on; `None` where it has failed for good.
fn repeated(retry: Retry, claimed: &Claimed, error: &Error, now: i64) -> Option<End> {
    let (name, run, attempt) = (claimed.name.as_str(), claimed.id, claimed.attempt);
    let later = |wait: Duration| now.saturating_add(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX));
    let chain = error.to_string();
    if let Some(AgainIn(wait)) = error.find::<AgainIn>() {
        return Some(End::Asleep { due: later(*wait), error: Some(chain) });
    }
    if let Some(wait) = retry.after(attempt, error) {
        tracing::warn!(name, run, attempt, error = %chain, "a run failed, repeated in {wait:?}");
        return Some(End::Again { due: later(wait), error: chain });
    }
    tracing::error!(name, run, attempt, error = %chain, "a run failed for good");
    None
}
