//! What plugins do with the scheduler: jobs in, jobs cancelled, jobs watched.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::Stream;
use futures_util::stream::unfold;
use jiff::Timestamp;
use microcore_runtime::error::{Error, Result};
use microcore_runtime::jobs::{
    Cancelled, Enqueued, JobFilter, JobListener, JobOptions, JobStatus, NewJob, NewTimer, Plannable, Standing, Timer,
    Worked, storable,
};

use super::times::Times;
use super::works::Works;
use super::{JobScheduler, Recurring, Shared};

/// How often a job is looked at that is watched.
const WATCH: Duration = Duration::from_millis(250);

/// A job on its way into the store. Its type asks nothing of the event, so that one that is no job is one error of the
/// compiler.
pub type Enqueuing<'s> = Pin<Box<dyn Future<Output = Result<Enqueued>> + Send + 's>>;

/// A timer on its way into the store. Its type asks nothing of the event, for the same reason.
pub type SettingTimer<'s> = Pin<Box<dyn Future<Output = Result<()>> + Send + 's>>;

/// What is stored, to be worked on by one process, and how it is.
#[microcore_macros::methods]
impl<A: Send + Sync + 'static, P: 'static> JobScheduler<A, P> {
    /// Stores a job. Its worker takes it once, in one of the processes that share the database.
    ///
    /// Of a job that is `unique` the one that is unfinished stands, and its id is given: [`Enqueued::Already`].
    pub fn enqueue<E: Worked>(&self, event: E) -> Enqueuing<'_> {
        self.enqueue_with(event, JobOptions::new())
    }

    /// The same with a time or a priority.
    pub fn enqueue_with<E: Worked>(&self, event: E, options: JobOptions) -> Enqueuing<'_> {
        let job = NewJob::of(&event, options);
        Box::pin(async move {
            let enqueued = self.store(vec![job?]).await?;
            enqueued.into_iter().next().ok_or_else(|| Error::internal("a job was not stored"))
        })
    }

    /// Stores many, all or none.
    pub async fn enqueue_all<E: Worked>(&self, events: impl IntoIterator<Item = E> + Send) -> Result<Vec<Enqueued>> {
        let jobs = events.into_iter().map(|event| NewJob::of(&event, JobOptions::new()));
        self.store(jobs.collect::<Result<_>>()?).await
    }

    /// Publishes an event, or enqueues a job, at a time: also after a restart, and as soon as may be where nobody was there
    /// then. What stood under the key before is replaced.
    ///
    /// ```ignore
    /// self.scheduler.once(format!("trial-{id}"), ends, TrialEnded { id }).await?;
    /// ```
    pub fn once<E: Plannable>(&self, key: impl Into<String>, when: Timestamp, event: E) -> SettingTimer<'_> {
        let timer = event.planned().map(|planned| NewTimer {
            key: storable(&key.into()),
            times: None,
            next: when.as_millisecond(),
            planned,
        });
        Box::pin(async move { self.set_timer(timer?).await })
    }

    /// The same again and again; of times that nobody was there for, once.
    ///
    /// ```ignore
    /// let mornings = Cron::new(&body.times)?.zone(&body.zone)?;
    /// self.scheduler.repeat(format!("digest-{id}"), mornings, DigestWanted { id }).await?;
    /// ```
    pub fn repeat<E: Plannable>(&self, key: impl Into<String>, times: impl Recurring, event: E) -> SettingTimer<'_> {
        let zone = &self.shared.settings.zone.name;
        let planned = event.planned().and_then(|planned| Ok((planned, times.text(zone)?)));
        let key = storable(&key.into());
        Box::pin(async move {
            let (planned, text) = planned?;
            let next = Times::parse(&text)?.next(self.shared.clock.now());
            let next = next.ok_or_else(|| Error::bad_request("these times never come"))?;
            self.set_timer(NewTimer { key, times: Some(text), next, planned }).await
        })
    }

    /// Lets what stands under this key not happen; `false` where there is nothing, any more.
    pub async fn cancel(&self, key: &str) -> Result<bool> {
        let key = storable(key);
        match self.stored() {
            Ok(engine) => engine.clear_timer(key).await,
            Err(_) if self.shared.recorder.is_some() => Ok(self.shared.timers().remove(&key).is_some()),
            Err(error) => Err(error),
        }
    }

    /// What `once` and `repeat` have set, and when it is due next, by key.
    pub async fn timers(&self) -> Result<Vec<Timer>> {
        match self.stored() {
            Ok(engine) => engine.timers().await,
            Err(_) if self.shared.recorder.is_some() => Ok(self.shared.timers().values().cloned().collect()),
            Err(error) => Err(error),
        }
    }

    /// What time it is for whatever goes by times; in a test, what its clock says.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.shared.clock.now()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// How a job stands; `None` where nothing is known of one with this id, any more.
    pub async fn job(&self, id: i64) -> Result<Option<JobStatus>> {
        let filter = JobFilter { id: Some(id), ..JobFilter::default() };
        Ok(self.stored()?.jobs(filter).await?.pop())
    }

    /// Cancels a job: one that waits is gone at once, one that runs is dropped at its next `await`, within ten seconds
    /// where another process has it. `None` where there is no unfinished one with this id.
    pub async fn cancel_job(&self, id: i64) -> Result<Option<Cancelled>> {
        self.stored()?.cancel(id).await
    }

    /// Gives a dead job all its attempts again, or lets one that waits begin at once; `false` where there is none.
    pub async fn retry_job(&self, id: i64) -> Result<bool> {
        self.stored()?.retry(id).await
    }

    /// Forgets a dead job; `false` where there is none.
    pub async fn discard_job(&self, id: i64) -> Result<bool> {
        self.stored()?.discard(id).await
    }

    /// How every stored schedule stands.
    pub async fn schedules(&self) -> Result<Vec<Standing>> {
        self.stored()?.schedules().await
    }

    /// Lets a schedule tick no more, in all processes, and remembers who says so; `false` where there is none of this
    /// name.
    pub async fn pause(&self, schedule: &str, by: &str) -> Result<bool> {
        self.stored()?.pause(schedule.to_owned(), by.to_owned()).await
    }

    /// Lets a schedule tick again, from its next tick on; `false` where there is none of this name.
    pub async fn resume(&self, schedule: &str) -> Result<bool> {
        self.stored()?.resume(schedule.to_owned(), false).await
    }

    /// Orders one run of a schedule; its id, or `None` where there is no stored schedule of this name.
    pub async fn run_now(&self, schedule: &str) -> Result<Option<i64>> {
        self.stored()?.run_now(schedule.to_owned()).await
    }
}

impl<A: Send + Sync + 'static, P: 'static> JobScheduler<A, P> {
    /// How a job stands, each time that changes, until it has ended: what an `#[sse]` handler passes on.
    pub fn watch(&self, id: i64) -> impl Stream<Item = JobStatus> + Send + use<A, P> {
        let scheduler = self.clone();
        unfold((scheduler, None::<JobStatus>), move |(scheduler, last)| async move {
            if last.as_ref().is_some_and(|last| last.state.is_end()) {
                return None;
            }
            loop {
                // A store that is away may come back.
                match scheduler.job(id).await {
                    Ok(None) => return None,
                    Ok(Some(now)) if last.as_ref() != Some(&now) => return Some((now.clone(), (scheduler, Some(now)))),
                    Ok(Some(_)) | Err(_) => tokio::time::sleep(WATCH).await,
                }
            }
        })
    }

    /// In tests: the jobs of this event that were enqueued, oldest first, whatever became of them. What a transaction
    /// enqueues counts from its commit on.
    ///
    /// # Panics
    ///
    /// Outside of tests, where nothing is kept.
    pub fn enqueued<E: Worked>(&self) -> Vec<E> {
        let recorder = self.shared.recorder.as_ref();
        let recorder =
            recorder.expect("`enqueued` is for tests: only the scheduler of a `#[microcore::test]` keeps jobs");
        let jobs = recorder.lock().unwrap_or_else(PoisonError::into_inner);
        let own = jobs.iter().filter(|(name, _)| *name == E::NAME);
        own.filter_map(|(_, payload)| serde_json::from_str(payload).ok()).collect()
    }

    async fn store(&self, jobs: Vec<NewJob>) -> Result<Vec<Enqueued>> {
        let told: Vec<(&'static str, String)> = match &self.shared.recorder {
            Some(_) => jobs.iter().map(|job| (job.worker.name, job.payload.clone())).collect(),
            None => Vec::new(),
        };
        let enqueued = match self.stored() {
            Ok(engine) => engine.enqueue(jobs).await?,
            // The scheduler of a test without an application.
            Err(_) if self.shared.recorder.is_some() => {
                let before = self.shared.recorder.as_ref().map_or(0, recorded);
                (before + 1..).zip(jobs).map(|(id, _)| Enqueued::New(id)).collect()
            }
            Err(error) => return Err(error),
        };
        for (name, payload) in told {
            self.shared.record(name, payload);
        }
        Ok(enqueued)
    }

    async fn set_timer(&self, timer: NewTimer) -> Result<()> {
        match self.stored() {
            Ok(engine) => engine.set_timer(timer).await,
            // The scheduler of a test without an application.
            Err(_) if self.shared.recorder.is_some() => {
                let NewTimer { key, times, next, planned } = timer;
                let timer = Timer { key: key.clone(), name: planned.name.to_owned(), times, next };
                self.shared.timers().insert(key, timer);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// The engine of what is stored.
    pub(super) fn stored(&self) -> Result<Arc<dyn Works>> {
        let away = || Error::unavailable("the scheduler has no store: the database is away, or the application stops");
        self.engines().into_iter().next().ok_or_else(away)
    }

    pub(super) fn engines(&self) -> Vec<Arc<dyn Works>> {
        self.shared.engines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn recorded(recorder: &Mutex<Vec<(&'static str, String)>>) -> i64 {
    i64::try_from(recorder.lock().unwrap_or_else(PoisonError::into_inner).len()).unwrap_or(i64::MAX)
}

impl Shared {
    fn timers(&self) -> MutexGuard<'_, BTreeMap<String, Timer>> {
        self.timers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn record(&self, name: &'static str, payload: String) {
        if let Some(recorder) = &self.recorder {
            recorder.lock().unwrap_or_else(PoisonError::into_inner).push((name, payload));
        }
    }
}

/// Who is told of jobs that transactions have left.
pub(super) struct Told(pub(super) Arc<Shared>);

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Told")
    }
}

impl JobListener for Told {
    fn now(&self) -> Option<i64> {
        self.0.clock.is_test().then(|| self.0.clock.now())
    }

    fn enqueued(&self, worker: &'static str, payload: &str) {
        self.0.record(worker, payload.to_owned());
        for engine in self.0.engines.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            engine.wake();
        }
    }
}
