//! What the wiring writes of an application that has schedules: a list, and a `match` that calls their handlers.

use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;

use super::{JobRun, ScheduleFacts, Tick, Worker};
use crate::error::{Error, Result};
use crate::event::{Envelope, JobFailed};
use crate::meter::RunMeter;
use crate::plugin::Identity;
use crate::server::panic_text;

/// A schedule in its place.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// Its name in the store and on the command line.
    pub name: &'static str,
    /// Whose handler it calls.
    pub plugin: &'static Identity,
    /// What it is.
    pub facts: &'static ScheduleFacts,
    /// Its meter.
    pub meter: &'static RunMeter,
}

/// An application with schedules, or workers of jobs. They are told apart by their place in [`Scheduled::SCHEDULES`], or in
/// [`Scheduled::WORKERS`].
pub trait Scheduled: Send + Sync + 'static {
    /// All of them.
    const SCHEDULES: &'static [Schedule];

    /// Every worker of jobs.
    const WORKERS: &'static [&'static Worker] = &[];

    /// Whether the plugin of a schedule runs in this process.
    fn is_running(&self, schedule: usize) -> bool;

    /// Calls the handler of a schedule.
    fn run(&'static self, schedule: usize, tick: Tick) -> impl Future<Output = Result<()>> + Send;

    /// Whether the plugin of a worker runs in this process.
    fn is_working(&self, _worker: usize) -> bool {
        false
    }

    /// Calls the handler of a worker.
    fn work(&'static self, worker: usize, _run: JobRun) -> impl Future<Output = Result<()>> + Send {
        async move { Err(no_schedule(worker)) }
    }

    /// The names of the events that can be published at a time.
    const EVENTS: &'static [&'static str] = &[];

    /// Hands an event to the bus whose time has come, and that no outbox keeps.
    fn hand_on(&'static self, envelope: Envelope, _payload: String) -> impl Future<Output = Result<()>> + Send {
        async move { Err(Error::internal(format!("nobody hands on `{}`", envelope.event))) }
    }

    /// Tells the application's subscribers of a job that is dead, where there are any.
    fn job_failed(&'static self, _failed: JobFailed) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// Runs a handler. A panic is a failure and nothing more.
pub async fn attempt(handler: impl Future<Output = Result<()>>) -> Result<()> {
    match AssertUnwindSafe(handler).catch_unwind().await {
        Ok(outcome) => outcome,
        Err(panic) => Err(Error::internal(format!("panicked: {}", panic_text(&*panic)))),
    }
}

/// That a job is dead could not be told. The job itself is not concerned.
pub fn told<E: std::fmt::Display>(outcome: Result<(), E>) {
    if let Err(error) = outcome {
        tracing::warn!(%error, "subscribers were not told of a dead job");
    }
}

/// The wiring knows every number that there is.
pub fn no_schedule(number: usize) -> Error {
    Error::internal(format!("there is no schedule or worker number {number}"))
}
