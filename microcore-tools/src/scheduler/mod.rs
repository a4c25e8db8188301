//! The tool `scheduler`: what runs at times, and jobs.
//!
//! In: the application's schedules and workers, which the macros wrote down, and its database. Out: calls of their handlers,
//! once per tick or job in all processes that share the database. Where there is no database, `scheduler: InMemory` keeps the runs in the
//! process.

mod administered;
mod board;
mod clock;
mod desk;
mod engine;
mod enqueue;
mod firing;
mod fleet;
mod grouped;
mod handle;
mod in_flight;
mod known;
mod life;
mod looking;
pub mod memory;
mod recurring;
mod said;
mod seats;
mod settings;
mod timers;
mod times;
mod tool;
mod work;
mod works;

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use microcore_runtime::jobs::Timer;
use tokio::task::JoinHandle;

use self::clock::Clock;
pub use self::enqueue::{Enqueuing, SettingTimer};
pub use self::recurring::{Cron, Every, Recurring};
pub use self::settings::{Roles, SchedulerSettings, Zone};
use self::works::Works;

/// Runs are kept in the application's database, which its replicas share.
#[derive(Debug)]
pub enum InDatabase {}

/// Runs are kept in the process, and end with it.
#[derive(Debug)]
pub enum InMemory {}

/// The tool `scheduler` of the application `A`, with its runs in `P`. Cheap to clone.
///
/// ```
/// use std::time::Duration;
/// use microcore_runtime::error::Result;
/// use microcore_runtime::jobs::{Cancelled, JobOptions, Standing, Worked};
/// use microcore_tools::scheduler::{InDatabase, JobScheduler};
///
/// /// Any job, an hour from now. `Scheduler` in an application's prelude is this type, with its own `A`.
/// async fn in_an_hour<A, E>(scheduler: &JobScheduler<A, InDatabase>, job: E) -> Result<i64>
/// where
///     A: Send + Sync + 'static,
///     E: Worked,
/// {
///     let later = JobOptions::new().after(Duration::from_secs(3600));
///     Ok(scheduler.enqueue_with(job, later).await?.id())
/// }
///
/// async fn cancel<A: Send + Sync + 'static>(scheduler: &JobScheduler<A>, id: i64) -> Result<&'static str> {
///     Ok(match scheduler.cancel_job(id).await? {
///         Some(Cancelled::Gone) => "it will not run",
///         Some(Cancelled::Asked) => "it runs, and is dropped at its next await",
///         None => "there is no such job",
///     })
/// }
///
/// /// Who paused what.
/// async fn pauses<A: Send + Sync + 'static>(scheduler: &JobScheduler<A>) -> Result<Vec<(String, String)>> {
///     let schedules = scheduler.schedules().await?.into_iter();
///     Ok(schedules.filter_map(|Standing { name, paused, .. }| Some((name, paused?.1))).collect())
/// }
/// ```
pub struct JobScheduler<A: 'static, P = InDatabase> {
    shared: Arc<Shared>,
    of: PhantomData<fn() -> (&'static A, P)>,
}

/// What all handles share.
struct Shared {
    settings: SchedulerSettings,
    clock: Arc<Clock>,
    /// One for what is stored, one for what every process does by itself.
    engines: Mutex<Vec<Arc<dyn Works>>>,
    is_started: AtomicBool,
    /// The end of the work on runs, once a stop has begun.
    resting: Mutex<Option<JoinHandle<()>>>,
    /// Of a test: what was enqueued, by name, as JSON.
    recorder: Option<Mutex<Vec<(&'static str, String)>>>,
    /// Of a test without an application: its timers, by key.
    timers: Mutex<BTreeMap<String, Timer>>,
}

impl<A, P> Clone for JobScheduler<A, P> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), of: PhantomData }
    }
}

impl<A, P> fmt::Debug for JobScheduler<A, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JobScheduler")
    }
}
