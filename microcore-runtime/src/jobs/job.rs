//! One job, as its handler gets it: `job: &Job<ReportWanted>`.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::desk::{StepTransactions, TestDesk};
use super::{Carried, Desk};
use crate::context::Id;
use crate::error::{Error, Permanent, Result};
use crate::event::{Event, Transactional};

/// A run of a job, before its payload is read. Generated code turns it into a [`Job`].
pub struct JobRun {
    /// Its id.
    pub id: i64,
    /// Which attempt this is, counted from 1, deaths of processes included.
    pub attempt: u32,
    /// What it carries along.
    pub carried: Carried,
    /// What it can ask.
    pub desk: Arc<dyn Desk>,
}

impl fmt::Debug for JobRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobRun").field("id", &self.id).field("attempt", &self.attempt).finish_non_exhaustive()
    }
}

/// A job and its payload, to which it dereferences: `job.tenant`.
///
/// ```ignore
/// #[job(ReportWanted, retries = 5)]
/// async fn build(&self, job: &Job<ReportWanted>) -> Result<()> {
///     self.logger.info(format!("report of {} for {}", job.month, job.tenant));
///     Ok(())
/// }
/// ```
pub struct Job<E> {
    id: i64,
    attempt: u32,
    uid: String,
    event: E,
    desk: Arc<dyn Desk>,
    crashes_after: Mutex<Option<String>>,
}

impl<E: Event> Job<E> {
    /// Of a run.
    ///
    /// # Errors
    ///
    /// Where the payload is not of this type: trying again can't help.
    #[doc(hidden)]
    pub fn of(run: JobRun) -> Result<Self> {
        let JobRun { id, attempt, carried: Carried { uid, payload, .. }, desk } = run;
        let event = serde_json::from_str(&payload).map_err(|error| {
            Error::internal(format!("the stored `{}` can't be read", E::NAME)).with_source(Permanent::because(error))
        })?;
        Ok(Self { id, attempt, uid, event, desk, crashes_after: Mutex::default() })
    }

    /// For the unit tests of a handler: `plugin.build(&Job::test(ReportWanted { … })).await`. Steps are remembered by the
    /// job, so that a second call of the handler with the same job is a second attempt.
    pub fn test(event: E) -> Self {
        let desk = Arc::new(TestDesk::default());
        Self { id: 1, attempt: 1, uid: Id::make().to_string(), event, desk, crashes_after: Mutex::default() }
    }

    /// In tests: the handler ends with an error once this step is done, as if its process had died there. The next call
    /// goes on behind it.
    pub fn crash_after(&self, step: &str) {
        *self.crashes() = Some(step.to_owned());
    }
}

impl<E> Job<E> {
    /// Its id, as `enqueue` gave it.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Which attempt this is, counted from 1. One that a process died in counts.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// What was enqueued.
    pub fn event(&self) -> &E {
        &self.event
    }

    /// Whether somebody cancelled it. An `async fn` is dropped at its next `await` by itself; a plain `fn` must ask.
    pub fn is_cancelled(&self) -> bool {
        self.desk.is_cancelled()
    }

    /// Says how far it is. Written once a second at the most, however often it is called.
    ///
    /// # Errors
    ///
    /// Where the job is no longer this process's, or the store can't be reached.
    pub async fn progress(&self, done: impl TryInto<i64> + Send, total: impl TryInto<i64> + Send) -> Result<()> {
        let whole = |number: Result<i64, _>| number.unwrap_or(i64::MAX);
        let (done, total) = (whole(done.try_into().map_err(drop)), whole(total.try_into().map_err(drop)));
        self.desk.progress(done, total).await
    }

    /// `Err(job.give_up("no such tenant"))`: it is dead at once, whatever attempts are left.
    pub fn give_up(&self, why: impl Into<String>) -> Error {
        let why = why.into();
        Error::internal(why).with_source(Permanent::because("the handler gave it up"))
    }

    /// `Err(job.again_in(Duration::from_secs(60)))`: it is tried again then, and no attempt is used.
    pub fn again_in(&self, wait: Duration) -> Error {
        Error::internal(format!("the handler asked to be called again in {wait:?}")).with_source(AgainIn(wait))
    }

    /// Whether this is the first attempt whose transaction comes to its commit: what the transaction writes happens once.
    ///
    /// ```ignore
    /// self.db.transaction(async |tx| {
    ///     if job.first_time(tx).await? {
    ///         tx.execute("UPDATE stock SET count = count - 1 WHERE id = $1", (job.item,)).await?;
    ///     }
    ///     Ok::<_, Error>(())
    /// }).await
    /// ```
    pub async fn first_time(&self, transaction: &mut impl Transactional) -> Result<bool> {
        transaction.first_time(&self.uid, "job").await
    }

    /// Does something outside of the database at least once, and remembers its result: a repeated attempt gets that and
    /// does not do it again. The closure gets an id that is the same in every attempt and in no other job's step: the key
    /// by which the other side tells that it has done this already.
    ///
    /// ```ignore
    /// let charge = job.step("charge", async |id| self.pay.charge(&id, job.amount).await).await?;
    /// ```
    pub async fn step<T, F>(&self, name: &str, work: F) -> Result<T>
    where
        T: Serialize + DeserializeOwned,
        F: AsyncFnOnce(String) -> Result<T>,
    {
        if let Some(known) = self.recall(name).await? {
            return Ok(known);
        }
        let value = work(format!("{}-{name}", self.uid)).await?;
        self.desk.record(name, written(name, &value)?).await?;
        self.done(name)?;
        Ok(value)
    }

    /// The same in a loop: step `number` of this name.
    pub async fn step_at<T, F>(&self, name: &str, number: impl fmt::Display, work: F) -> Result<T>
    where
        T: Serialize + DeserializeOwned,
        F: AsyncFnOnce(String) -> Result<T>,
    {
        self.step(&format!("{name}.{number}"), work).await
    }

    /// Does something in the application's database exactly once: the record of the step is in the same transaction, and
    /// a process that has lost the job can't commit it.
    ///
    /// ```ignore
    /// let stock: i64 = job.transact("reserve", &self.db, async |tx| {
    ///     tx.execute("UPDATE stock SET count = count - 1 WHERE id = $1", (job.item,)).await?;
    ///     Ok(tx.query_scalar("SELECT count FROM stock WHERE id = $1", (job.item,)).await?)
    /// }).await?;
    /// ```
    pub async fn transact<D, T, F>(&self, name: &str, database: &D, work: F) -> Result<T>
    where
        D: StepTransactions,
        T: Serialize + DeserializeOwned,
        F: AsyncFnOnce(&mut D::Transaction) -> Result<T>,
    {
        if let Some(known) = self.recall(name).await? {
            return Ok(known);
        }
        let claim = self.desk.claim();
        let (value, result) = database.in_step(claim, name, work).await?;
        match claim {
            Some(_) => self.desk.recorded(name, result),
            None => self.desk.record(name, result).await?,
        }
        self.done(name)?;
        Ok(value)
    }

    /// The same in a loop: step `number` of this name.
    pub async fn transact_at<D, T, F>(&self, name: &str, number: impl fmt::Display, database: &D, work: F) -> Result<T>
    where
        D: StepTransactions,
        T: Serialize + DeserializeOwned,
        F: AsyncFnOnce(&mut D::Transaction) -> Result<T>,
    {
        self.transact(&format!("{name}.{number}"), database, work).await
    }

    /// Sleeps without a task and without memory: the handler is dropped, and begins anew when it is time, where this
    /// returns at once. Deploys and crashes in between change nothing.
    pub async fn sleep(&self, name: &str, time: Duration) -> Result<()> {
        let now = self.desk.now();
        let until = if let Some(known) = self.recall::<i64>(name).await? {
            known
        } else {
            let until = now.saturating_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
            self.desk.record(name, until.to_string()).await?;
            if self.crashed_after(name) || until > now {
                return self.desk.sleep_until(until).await;
            }
            until
        };
        if until > now && self.desk.claim().is_some() { self.desk.sleep_until(until).await } else { Ok(()) }
    }

    async fn recall<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>> {
        let Some(result) = self.desk.recall(name).await? else { return Ok(None) };
        let read = serde_json::from_str(&result).map_err(|error| {
            let message = format!("what step `{name}` has recorded can't be read: another build gave it another type");
            Error::internal(message).with_source(Permanent::because(error))
        })?;
        Ok(Some(read))
    }

    fn done(&self, name: &str) -> Result<()> {
        if self.crashed_after(name) {
            return Err(Error::internal(format!("crashed after step `{name}`, as the test wants")));
        }
        Ok(())
    }

    fn crashed_after(&self, name: &str) -> bool {
        self.crashes().take_if(|step| step == name).is_some()
    }

    fn crashes(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.crashes_after.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn written(step: &str, value: &impl Serialize) -> Result<String> {
    let written = serde_json::to_string(value);
    written.map_err(|error| Error::internal(format!("the result of step `{step}` can't be written")).with_source(error))
}

impl<E> Deref for Job<E> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.event
    }
}

impl<E: fmt::Debug> fmt::Debug for Job<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("id", &self.id)
            .field("attempt", &self.attempt)
            .field("event", &self.event)
            .finish_non_exhaustive()
    }
}

/// Among the causes of an error: the job is to be tried again then, and no attempt is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgainIn(pub Duration);

impl fmt::Display for AgainIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not now")
    }
}

impl std::error::Error for AgainIn {}
