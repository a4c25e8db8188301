//! What the tool asks of an engine, whatever the engine's store is.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use microcore_runtime::error::{Error, Result};
use microcore_runtime::jobs::{
    Cancelled, Enqueued, JobFilter, JobStatus, JobStore, NewJob, NewTimer, PastRun, Pause, Scheduled, Standing, Timer,
};
use tokio::time::timeout;

use super::engine::{Engine, Running};

/// An engine, whatever its store is.
pub(super) trait Works: Send + Sync {
    /// Runs until it is told to stop.
    fn run(self: Arc<Self>) -> BoxFuture<'static, ()>;
    /// Writes its schedules down, where there are tables for them.
    fn declare(&self) -> BoxFuture<'_, Result<()>>;
    /// Of a test: when there is something to do next.
    fn next(&self) -> BoxFuture<'_, Result<Option<i64>>>;
    /// Of a test: does all that is due.
    fn settle(self: Arc<Self>) -> BoxFuture<'static, Result<()>>;
    /// Stores jobs.
    fn enqueue(self: Arc<Self>, jobs: Vec<NewJob>) -> BoxFuture<'static, Result<Vec<Enqueued>>>;
    /// Looks again, and does not wait for it.
    fn wake(&self);
    /// How jobs stand.
    fn jobs(&self, filter: JobFilter) -> BoxFuture<'_, Result<Vec<JobStatus>>>;
    /// Cancels a job.
    fn cancel(&self, id: i64) -> BoxFuture<'_, Result<Option<Cancelled>>>;
    /// Gives a dead job its attempts again, or lets one that waits begin.
    fn retry(&self, id: i64) -> BoxFuture<'_, Result<bool>>;
    /// Forgets a dead job.
    fn discard(&self, id: i64) -> BoxFuture<'_, Result<bool>>;
    /// How schedules stand.
    fn schedules(&self) -> BoxFuture<'_, Result<Vec<Standing>>>;
    /// Pauses a schedule; whether there is one of this name.
    fn pause(&self, name: String, by: String) -> BoxFuture<'_, Result<bool>>;
    /// Lets it go on; whether there is one of this name.
    fn resume(&self, name: String, catch_up: bool) -> BoxFuture<'_, Result<bool>>;
    /// Lets something happen at a time.
    fn set_timer(&self, timer: NewTimer) -> BoxFuture<'_, Result<()>>;
    /// Lets it not happen; whether there was anything under this key.
    fn clear_timer(&self, key: String) -> BoxFuture<'_, Result<bool>>;
    /// Every timer.
    fn timers(&self) -> BoxFuture<'_, Result<Vec<Timer>>>;
    /// Runs a schedule once, in this process, to its end: how it ended, or `None` where it has no such schedule.
    fn run_here(self: Arc<Self>, name: String) -> BoxFuture<'static, Result<Option<PastRun>>>;
    /// One run, now; its id, where there is such a schedule.
    fn run_now(&self, name: String) -> BoxFuture<'_, Result<Option<i64>>>;
    /// Takes no more runs.
    fn halt(&self);
    /// Ends its work.
    fn rest(self: Arc<Self>, deadline: Duration) -> BoxFuture<'static, ()>;
    /// A schedule of this process that is long due, and that no process fires.
    fn unserved(&self) -> BoxFuture<'_, Result<Option<String>>>;
}

impl<A: Scheduled, S: JobStore> Engine<A, S> {
    /// Stores jobs that have come together; one by one where one of them is in the way of the others.
    async fn arrive(&self, jobs: Vec<NewJob>) -> Vec<Result<Enqueued>> {
        match self.store.enqueue(&jobs, self.clock.now()).await {
            Ok(enqueued) => enqueued.into_iter().map(Ok).collect(),
            Err(error) if jobs.len() == 1 => vec![Err(error)],
            Err(_) => {
                let mut all = Vec::with_capacity(jobs.len());
                for job in &jobs {
                    let alone = self.store.enqueue(std::slice::from_ref(job), self.clock.now()).await;
                    all.push(alone.and_then(|stored| {
                        stored.into_iter().next().ok_or_else(|| Error::internal("a job was not stored"))
                    }));
                }
                all
            }
        }
    }
}

impl<A: Scheduled, S: JobStore> Works for Engine<A, S> {
    fn run(self: Arc<Self>) -> BoxFuture<'static, ()> {
        async move {
            let living = Arc::clone(&self).live();
            let forgetting = self.forget();
            let looking = Arc::clone(&self).looking();
            if self.is_shared {
                tokio::join!(looking, living, forgetting);
            } else {
                tokio::join!(looking, forgetting);
            }
        }
        .boxed()
    }

    fn declare(&self) -> BoxFuture<'_, Result<()>> {
        async {
            if self.store.exists().await? {
                self.write_down().await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn next(&self) -> BoxFuture<'_, Result<Option<i64>>> {
        async {
            let look = self.store.look(&self.names(), &self.owner()).await?;
            let now = look.arriving.then(|| self.clock.now());
            Ok([look.tick, look.run, now, self.next_timer().await?].into_iter().flatten().min())
        }
        .boxed()
    }

    fn settle(self: Arc<Self>) -> BoxFuture<'static, Result<()>> {
        async move {
            loop {
                let (names, now) = (self.names(), self.clock.now());
                let fired = self.fire(&names, now).await? | self.ring(now).await?;
                self.store.admit(&names, now).await?;
                let claims = self.claim(&names, now, true).await?;
                if !fired && claims.taken.is_empty() {
                    return Ok(());
                }
                for claimed in claims.taken {
                    let run = Running::new(&claimed);
                    self.running().insert(claimed.id, run.clone());
                    let id = claimed.id;
                    self.work(claimed, run, self.seats.take()).await;
                    self.running().remove(&id);
                }
            }
        }
        .boxed()
    }

    fn enqueue(self: Arc<Self>, mut jobs: Vec<NewJob>) -> BoxFuture<'static, Result<Vec<Enqueued>>> {
        async move {
            // One that is unique is compared with others, alone.
            let enqueued = if jobs.len() == 1 && jobs[0].unique.is_none() {
                let write = |jobs: Vec<NewJob>| {
                    let engine = Arc::clone(&self);
                    async move { engine.arrive(jobs).await }
                };
                vec![self.arrivals.write(jobs.remove(0), write).await?]
            } else {
                self.store.enqueue(&jobs, self.clock.now()).await?
            };
            self.wake_all();
            Ok(enqueued)
        }
        .boxed()
    }

    fn wake(&self) {
        self.wake_all();
    }

    fn jobs(&self, filter: JobFilter) -> BoxFuture<'_, Result<Vec<JobStatus>>> {
        async move {
            let mut jobs = self.store.jobs(&filter).await?;
            let running = self.running();
            for job in &mut jobs {
                // What runs here knows more than what was written.
                if let Some(known) = running.get(&job.id).and_then(|run| run.progress.now()) {
                    job.progress = Some(known);
                }
            }
            Ok(jobs)
        }
        .boxed()
    }

    fn cancel(&self, id: i64) -> BoxFuture<'_, Result<Option<Cancelled>>> {
        async move {
            let cancelled = self.store.cancel(id, self.clock.now()).await?;
            if cancelled == Some(Cancelled::Asked)
                && let Some(run) = self.running().get(&id)
            {
                run.cancelled.cancel();
            }
            Ok(cancelled)
        }
        .boxed()
    }

    fn retry(&self, id: i64) -> BoxFuture<'_, Result<bool>> {
        async move {
            let found = self.store.retry(id, self.clock.now()).await?;
            self.wake_all();
            Ok(found)
        }
        .boxed()
    }

    fn discard(&self, id: i64) -> BoxFuture<'_, Result<bool>> {
        self.store.discard(id).boxed()
    }

    fn schedules(&self) -> BoxFuture<'_, Result<Vec<Standing>>> {
        self.store.standing().boxed()
    }

    fn pause(&self, name: String, by: String) -> BoxFuture<'_, Result<bool>> {
        async move { self.store.pause(&name, &Pause::Begins { now: self.clock.now(), by }).await }.boxed()
    }

    fn resume(&self, name: String, catch_up: bool) -> BoxFuture<'_, Result<bool>> {
        async move {
            let standing = self.store.standing().await?;
            let Some(schedule) = standing.iter().find(|schedule| schedule.name == name) else { return Ok(false) };
            let next = if catch_up { None } else { self.times(&schedule.times)?.next(self.clock.now()) };
            let found = self.store.pause(&name, &Pause::Ends { next }).await?;
            self.wake_all();
            Ok(found)
        }
        .boxed()
    }

    fn run_now(&self, name: String) -> BoxFuture<'_, Result<Option<i64>>> {
        async move {
            let known = A::SCHEDULES.iter().find(|schedule| schedule.name == name);
            let Some(schedule) = known.filter(|schedule| !schedule.facts.broadcast) else { return Ok(None) };
            let run = self.store.run_now(&name, schedule.facts.overlap, self.clock.now()).await?;
            self.wake_all();
            Ok(run)
        }
        .boxed()
    }

    fn set_timer(&self, timer: NewTimer) -> BoxFuture<'_, Result<()>> {
        async move {
            self.store.set_timer(&timer).await?;
            self.wake_all();
            Ok(())
        }
        .boxed()
    }

    fn clear_timer(&self, key: String) -> BoxFuture<'_, Result<bool>> {
        async move { self.store.clear_timer(&key).await }.boxed()
    }

    fn timers(&self) -> BoxFuture<'_, Result<Vec<Timer>>> {
        self.store.timers().boxed()
    }

    fn run_here(self: Arc<Self>, name: String) -> BoxFuture<'static, Result<Option<PastRun>>> {
        async move {
            let Some((_, schedule)) = self.schedule(&name) else { return Ok(None) };
            self.write_down_these(&[schedule.name]).await?;
            let (owner, now) = (self.owner(), self.clock.now());
            if self.is_shared {
                self.store.join(&owner).await?;
            }
            let claimed = self.store.run_here(&name, schedule.facts.overlap, &owner, now).await?;
            let busy = || Error::conflict(format!("a run of `{name}` is under way, and its runs do not overlap"));
            let claimed = claimed.ok_or_else(busy)?;
            let (id, run) = (claimed.id, Running::new(&claimed).only_once());
            self.running().insert(id, run.clone());
            self.work(claimed, run, self.seats.take()).await;
            self.running().remove(&id);
            self.store.find(id).await
        }
        .boxed()
    }

    fn halt(&self) {
        self.stop.cancel();
        self.woken.notify_one();
    }

    fn unserved(&self) -> BoxFuture<'_, Result<Option<String>>> {
        self.find_unserved().boxed()
    }

    fn rest(self: Arc<Self>, deadline: Duration) -> BoxFuture<'static, ()> {
        async move {
            self.halt();
            self.tasks.close();
            let is_late = timeout(deadline, self.tasks.wait()).await.is_err();
            if let left @ 1.. = self.running().len()
                && is_late
            {
                tracing::warn!(runs = left, "runs are given back: they did not end in time");
            }
            self.cut.cancel();
            // To give one back is one statement each.
            let _ = timeout(Duration::from_secs(2), self.tasks.wait()).await;
            if self.is_shared
                && let Err(error) = self.store.leave(&self.owner()).await
            {
                tracing::debug!(%error, "the process did not sign off");
            }
        }
        .boxed()
    }
}
