//! One run of a handler: in its context, in its time, and dropped where that is wanted.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use microcore_runtime::context::{self, Context, Id};
use microcore_runtime::error::{Error, Result};
use microcore_runtime::jobs::{Carried, Claimed, JobRun, JobStore, Schedule, Scheduled, Tick, Worker, attempt};
use microcore_runtime::meter::{Begun, RUN};
use microcore_runtime::record;
use tokio::time::timeout;

use super::desk::RunDesk;
use super::engine::{Engine, Running};

/// What came of it.
pub(super) enum Handled {
    /// What the handler says.
    Outcome(Result<()>),
    /// Others have it.
    Lost,
    /// Somebody wanted it dropped.
    Cancelled,
    /// It wants to go on then.
    Asleep(i64),
    /// The process ends.
    Cut,
}

/// The handler, for as long as it may take.
async fn in_time(handler: impl Future<Output = Result<()>>, limit: u64) -> Result<()> {
    let limit = Duration::from_millis(limit);
    if limit.is_zero() {
        return handler.await;
    }
    // In a box: the state of every handler is in it.
    let late = || Error::internal(format!("it took longer than {limit:?}, and was stopped"));
    timeout(limit, Box::pin(handler)).await.unwrap_or_else(|_| Err(late()))
}

/// What has come to an end is measured and recorded; what was dropped goes on elsewhere, or later.
fn told(came_of_it: &Handled, measured: Begun<{ RUN.len() }>, record: impl FnOnce(Option<&Error>)) {
    if let Handled::Outcome(outcome) = came_of_it {
        measured.end_at(usize::from(outcome.is_err()));
        record(outcome.as_ref().err());
    }
}

impl<A: Scheduled, S: JobStore> Engine<A, S> {
    /// A run of a schedule.
    pub(super) async fn handle_tick(
        &self,
        number: usize,
        schedule: &'static Schedule,
        claimed: &Claimed,
        run: &Running,
    ) -> Handled {
        let tick = Tick::of(claimed.tick).missing(claimed.missed).after(claimed.previous).by_hand(claimed.manual);
        let context = Context::run(Id::make(), schedule.name, claimed.attempt + claimed.deaths);
        let (measured, begun) = (schedule.meter.begin(), Instant::now());
        let handler = context::scope(context.clone(), attempt(self.app.run(number, tick)));
        let came_of_it = tokio::select! {
            biased;
            () = run.lost.cancelled() => Handled::Lost,
            outcome = in_time(handler, schedule.facts.timeout) => Handled::Outcome(outcome),
            () = run.cancelled.cancelled(), if !schedule.facts.blocking => Handled::Cancelled,
            () = self.cut.cancelled() => Handled::Cut,
        };
        told(&came_of_it, measured, |failure| {
            record::ran(&context, (schedule.name, schedule.plugin.name, schedule.facts.handler), begun, failure);
        });
        came_of_it
    }

    /// A run of a job; the context that it had.
    pub(super) async fn handle_job(
        self: &Arc<Self>,
        number: usize,
        worker: &'static Worker,
        claimed: &Claimed,
        carried: Carried,
        run: &Running,
    ) -> (Handled, Context) {
        let attempts = claimed.attempt + claimed.deaths;
        let cause = carried.cause.as_deref().and_then(Id::adopt);
        let context = Context::job(Id::make(), cause, worker.name, claimed.id, attempts);
        let desk = RunDesk::new(self, claimed.id, run.clone());
        let job = JobRun { id: claimed.id, attempt: attempts, carried, desk: Arc::<RunDesk<A, S>>::clone(&desk) };
        let (measured, begun) = (worker.meter.begin(), Instant::now());
        let handler = context::scope(context.clone(), attempt(self.app.work(number, job)));
        let came_of_it = tokio::select! {
            biased;
            () = run.lost.cancelled() => Handled::Lost,
            // What is written at the end is not written where somebody does not want it.
            () = run.cancelled.cancelled(), if !worker.facts.blocking => Handled::Cancelled,
            outcome = in_time(handler, worker.facts.timeout) => Handled::Outcome(outcome),
            () = desk.asleep.cancelled() => Handled::Asleep(desk.sleeps_until()),
            () = self.cut.cancelled() => Handled::Cut,
        };
        told(&came_of_it, measured, |failure| {
            record::ran(&context, (worker.name, worker.plugin.name, worker.facts.handler), begun, failure);
        });
        (came_of_it, context)
    }
}
