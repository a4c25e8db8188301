//! Where the tool `scheduler` learns about the application whose handlers it runs, and about the database that keeps its
//! runs and jobs.

use std::future::Future;
use std::time::Duration;

use super::stop::Stop;
use crate::error::{Error, Result};
use crate::jobs::Said;
use crate::plugin::Slot;

/// What the tool `scheduler` must be able to do. `D` is the tool `db`.
pub trait Scheduling<A: 'static, D>: Sized {
    /// Whether runs are kept in the application's database.
    const STORED: bool;

    /// From now on jobs can be enqueued. A second call changes nothing.
    fn attach(&self, app: &'static A, database: Option<D>);

    /// From now on this application's schedules tick. A second call changes nothing.
    fn start(&self, app: &'static A, database: Option<D>) -> impl Future<Output = ()> + Send;

    /// Takes no more runs, from now on. Those under way have this long; then they are dropped and given back.
    fn halt(&self, within: Duration);

    /// Waits until nothing runs any more, as [`Scheduling::halt`] has begun; without it, that begins now.
    fn rest(&self, deadline: Duration) -> impl Future<Output = ()> + Send;

    /// Moves a test's clock on, and runs what that makes due.
    fn advance(&self, by: Duration) -> impl Future<Output = Result<()>> + Send;

    /// Runs a schedule once, in this process, and says how it ended.
    fn run_here(&self, name: &str) -> impl Future<Output = Result<Said>> + Send;
}

/// Connects the scheduler with the database, so that plugins can enqueue jobs when they boot.
pub fn attach<A: 'static, S: Scheduling<A, D>, D: Clone>(scheduler: &Slot<S>, database: &Slot<D>, app: &'static A) {
    let Ok(scheduler) = scheduler.running() else { return };
    let database = database.running().ok().cloned();
    if database.is_some() || !S::STORED {
        scheduler.attach(app, database);
    }
}

/// Starts the schedules, where the scheduler is up, and the database that it needs.
pub async fn schedule<A: 'static, S: Scheduling<A, D>, D: Clone>(
    scheduler: &Slot<S>,
    database: &Slot<D>,
    app: &'static A,
) {
    let Ok(scheduler) = scheduler.running() else { return };
    let database = database.running().ok().cloned();
    // A database that is away may come, and then this is called again.
    if database.is_some() || !S::STORED {
        scheduler.start(app, database).await;
    }
}

/// Takes no more runs: a stop has begun.
pub fn halt<A: 'static, S: Scheduling<A, D>, D>(scheduler: &Slot<S>, _database: &Slot<D>, within: Duration) {
    if let Some(scheduler) = scheduler.built() {
        scheduler.halt(within);
    }
}

/// Ends the work on runs, as long as the stop lets it.
pub async fn rest<A: 'static, S: Scheduling<A, D>, D>(
    scheduler: &Slot<S>,
    _database: &Slot<D>,
    _app: &'static A,
    stop: &Stop,
) {
    if let Some(scheduler) = scheduler.built() {
        stop.works_on("runs of schedules");
        scheduler.rest(stop.left()).await;
    }
}

/// Moves a test's clock on.
pub async fn advance<A: 'static, S: Scheduling<A, D>, D>(
    scheduler: &Slot<S>,
    _database: &Slot<D>,
    _app: &'static A,
    by: Duration,
) -> Result<()> {
    match scheduler.running() {
        Ok(scheduler) => scheduler.advance(by).await,
        Err(down) => Err(Error::unavailable(down.to_string())),
    }
}

/// Runs a schedule once, in this process, where the scheduler is up, and the database that it needs.
pub async fn run_here<A: 'static, S: Scheduling<A, D>, D>(
    scheduler: &Slot<S>,
    _database: &Slot<D>,
    _app: &'static A,
    name: &str,
) -> Result<Said> {
    match scheduler.running() {
        Ok(scheduler) => scheduler.run_here(name).await,
        Err(down) => Err(Error::unavailable(down.to_string())),
    }
}
