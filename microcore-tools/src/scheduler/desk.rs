//! What a job can ask while it runs here: its steps, whether it is cancelled; and what it says of itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use microcore_runtime::error::{Error, Result};
use microcore_runtime::jobs::{Desk, JobStore, Recorded, Scheduled, StepClaim};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use super::engine::{Engine, Running};

/// Progress is written as often as this at the most.
const WRITES: Duration = Duration::from_secs(1);

/// How far a job is.
#[derive(Debug, Default)]
pub(super) struct Progress(Mutex<Option<(i64, i64)>>);

impl Progress {
    pub(super) fn now(&self) -> Option<(i64, i64)> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is(&self, done: i64, total: i64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((done, total));
    }
}

/// The desk of one run.
pub(super) struct RunDesk<A: 'static, S> {
    engine: Arc<Engine<A, S>>,
    id: i64,
    run: Running,
    /// Read once, where the handler has steps at all.
    steps: OnceCell<Mutex<HashMap<String, String>>>,
    written: Mutex<Option<Instant>>,
    /// Until when it wants to sleep.
    sleep: Mutex<Option<i64>>,
    /// It sleeps: its future is to be dropped.
    pub(super) asleep: CancellationToken,
}

impl<A: Scheduled, S: JobStore> RunDesk<A, S> {
    pub(super) fn new(engine: &Arc<Engine<A, S>>, id: i64, run: Running) -> Arc<Self> {
        Arc::new(Self {
            engine: Arc::clone(engine),
            id,
            run,
            steps: OnceCell::new(),
            written: Mutex::default(),
            sleep: Mutex::default(),
            asleep: CancellationToken::new(),
        })
    }

    pub(super) fn sleeps_until(&self) -> i64 {
        self.sleep.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or_default()
    }

    async fn steps(&self) -> Result<MutexGuard<'_, HashMap<String, String>>> {
        let read = async || {
            // Whoever has it first has done nothing yet.
            if self.run.token == 1 {
                return Ok(Mutex::default());
            }
            let steps = self.engine.store.steps(self.id).await?;
            Ok::<_, Error>(Mutex::new(steps.into_iter().collect()))
        };
        let steps = self.steps.get_or_try_init(read).await?;
        Ok(steps.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether a second has passed since it was written.
    fn is_to_be_written(&self) -> bool {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = written.is_none_or(|last| last.elapsed() >= WRITES);
        if is_due {
            *written = Some(Instant::now());
        }
        is_due
    }
}

impl<A: Scheduled, S: JobStore> Desk for RunDesk<A, S> {
    fn now(&self) -> i64 {
        self.engine.clock.now()
    }

    fn is_cancelled(&self) -> bool {
        self.run.cancelled.is_cancelled() || self.run.lost.is_cancelled()
    }

    fn progress(&self, done: i64, total: i64) -> BoxFuture<'_, Result<()>> {
        async move {
            self.run.progress.is(done, total);
            if self.is_to_be_written() && !self.engine.store.progress(self.id, self.run.token, done, total).await? {
                return Err(Error::internal("another process has this job now"));
            }
            Ok(())
        }
        .boxed()
    }

    fn recall<'d>(&'d self, step: &'d str) -> BoxFuture<'d, Result<Option<String>>> {
        async move { Ok(self.steps().await?.get(step).cloned()) }.boxed()
    }

    fn record<'d>(&'d self, step: &'d str, result: String) -> BoxFuture<'d, Result<()>> {
        async move {
            let recorded =
                Recorded { id: self.id, token: self.run.token, name: step.to_owned(), result: result.clone() };
            let write = |steps: Vec<Recorded>| {
                let engine = Arc::clone(&self.engine);
                async move { engine.store.steps_done(steps).await }
            };
            if !self.engine.steps.write(recorded, write).await? {
                return Err(Error::internal("another process has this job now: the step was not recorded"));
            }
            self.recorded(step, result);
            Ok(())
        }
        .boxed()
    }

    fn recorded(&self, step: &str, result: String) {
        if let Some(steps) = self.steps.get() {
            steps.lock().unwrap_or_else(PoisonError::into_inner).insert(step.to_owned(), result);
        }
    }

    fn sleep_until(&self, time: i64) -> BoxFuture<'_, Result<()>> {
        *self.sleep.lock().unwrap_or_else(PoisonError::into_inner) = Some(time);
        self.asleep.cancel();
        std::future::pending().boxed()
    }

    fn claim(&self) -> Option<StepClaim> {
        self.engine.is_shared.then_some(StepClaim { id: self.id, token: self.run.token })
    }
}
