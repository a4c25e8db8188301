//! Jobs on their way in: one by one, many at once, and as part of an application's own transaction.

use std::pin::Pin;

use microcore_runtime::error::{Error, Result};
use microcore_runtime::event::wall_clock;
use microcore_runtime::jobs::{Enqueued, JobOptions, NewJob, Worked};

use super::TRIES;
use super::ends::skipped;
use crate::db::outbox::unusable;
use crate::db::{Backend, Database, DbError, DbErrorKind, Transaction, Value};

/// So many are let in at once.
const BATCH: i64 = 100;
/// So many rows are one statement.
const ROWS: usize = 50;

pub(super) async fn enqueue<B: Backend>(db: &Database<B>, jobs: &[NewJob], now: i64) -> Result<Vec<Enqueued>> {
    if jobs.iter().all(|job| job.unique.is_none()) && jobs.len() <= ROWS {
        let (sql, values) = inserting(jobs, now, "WAITING");
        return Ok(numbered(db.query::<(i64,)>(&sql, values).await?));
    }
    let enqueued: Result<Vec<Enqueued>, DbError> = db
        .own_transaction(|| {
            async |tx: &mut Transaction<B>| {
                let mut enqueued = Vec::with_capacity(jobs.len());
                for rows in jobs.chunk_by(|one, other| one.unique.is_none() && other.unique.is_none()) {
                    if rows[0].unique.is_some() {
                        enqueued.push(enqueue_unique(tx, &rows[0], now).await?);
                        continue;
                    }
                    for rows in rows.chunks(ROWS) {
                        let (sql, values) = inserting(rows, now, "WAITING");
                        enqueued.extend(numbered(tx.query::<(i64,)>(&sql, values).await?));
                    }
                }
                Ok(enqueued)
            }
        })
        .await;
    Ok(enqueued?)
}

/// Engines number rows in the order in which they stand.
fn numbered(mut rows: Vec<(i64,)>) -> Vec<Enqueued> {
    rows.sort_unstable();
    rows.into_iter().map(|(id,)| Enqueued::New(id)).collect()
}

pub(super) fn inserting(jobs: &[NewJob], now: i64, state: &'static str) -> (String, Vec<Value<'static>>) {
    let mut values: Vec<Value<'static>> = vec![now.into(), state.to_owned().into()];
    let mut rows = Vec::with_capacity(jobs.len());
    for job in jobs {
        let unique = job.worker.facts.unique;
        let first = values.len() + 1;
        let row: Vec<String> = (first..first + 10).map(|number| format!("${number}")).collect();
        rows.push(format!("($1, 2, 0, $2, 0, 0, 0, {})", row.join(", ")));
        let within = unique.map_or(0, |unique| i64::try_from(unique.within).unwrap_or(i64::MAX));
        values.extend([
            Value::from(job.worker.name.to_owned()),
            job.due(now).into(),
            job.line.clone().into(),
            job.uid.clone().into(),
            job.cause.clone().into(),
            job.payload.clone().into(),
            job.priority.into(),
            job.unique.clone().into(),
            within.into(),
            i64::from(unique.is_some_and(|unique| unique.latest)).into(),
        ]);
    }
    let sql = format!(
        "INSERT INTO _microcore_job (tick, manual, missed, state, token, attempt, deaths,
            worker, due, line, uid, cause, payload, priority, same, within, latest)
         VALUES {} ON CONFLICT DO NOTHING RETURNING id",
        rows.join(", ")
    );
    (sql, values)
}

async fn enqueue_unique<B: Backend>(tx: &mut Transaction<B>, job: &NewJob, now: i64) -> Result<Enqueued, DbError> {
    let (name, same) = (job.worker.name, job.unique.clone().unwrap_or_default());
    let within = job.worker.facts.unique.map_or(0, |unique| unique.within);
    if within > 0
        && let Some(other) = take_same(tx, name, &same, within, now).await?
    {
        return Ok(Enqueued::Already(other));
    }
    for _ in 0..TRIES {
        let (sql, values) = inserting(std::slice::from_ref(job), now, "WAITING");
        if let Some((id,)) = tx.query_one::<(i64,)>(&sql, values).await? {
            own_same(tx, name, &same, within, id).await?;
            return Ok(Enqueued::New(id));
        }
        // One that ended between the two statements stands in nobody's way any more.
        let latest = job.worker.facts.unique.is_some_and(|unique| unique.latest);
        if let Some(other) = unfinished(tx, name, &same).await?
            && (!latest || renew(tx, other, &job.payload, job.cause.as_deref()).await? > 0)
        {
            return Ok(Enqueued::Already(other));
        }
    }
    Err(DbError::new(DbErrorKind::Busy, "jobs like this one end as fast as they come: enqueue it again"))
}

async fn unfinished<B: Backend>(tx: &mut Transaction<B>, name: &str, same: &str) -> Result<Option<i64>, DbError> {
    let sql = "SELECT id FROM _microcore_job WHERE worker = $1 AND same = $2 AND state IN ('WAITING', 'RUNNING')";
    Ok(tx.query_one::<(i64,)>(sql, (name, same)).await?.map(|(id,)| id))
}

/// The payload that came last counts: for one that runs, in another run behind this one.
async fn renew<B: Backend>(
    tx: &mut Transaction<B>,
    id: i64,
    payload: &str,
    cause: Option<&str>,
) -> Result<u64, DbError> {
    let sql = "UPDATE _microcore_job SET payload = $2, cause = $3,
            renewed = CASE WHEN state = 'RUNNING' OR began IS NOT NULL THEN 1 ELSE 0 END
        WHERE id = $1 AND state IN ('WAITING', 'RUNNING')";
    tx.execute(sql, (id, payload, cause)).await
}

/// Takes the right to be the one of its kind for a while; the id of who has it, where somebody has.
async fn take_same<B: Backend>(
    tx: &mut Transaction<B>,
    name: &str,
    same: &str,
    within: u64,
    now: i64,
) -> Result<Option<i64>, DbError> {
    let until = now.saturating_add(i64::try_from(within).unwrap_or(i64::MAX));
    let take = "INSERT INTO _microcore_same (worker, same, job, until) VALUES ($1, $2, 0, $3)
        ON CONFLICT (worker, same) DO UPDATE SET until = $3, job = 0 WHERE _microcore_same.until <= $4 AND NOT EXISTS (
            SELECT 1 FROM _microcore_job j WHERE j.id = _microcore_same.job AND j.state IN ('WAITING', 'RUNNING'))";
    if tx.execute(take, (name, same, until, now)).await? > 0 {
        return Ok(None);
    }
    let whose = "SELECT job FROM _microcore_same WHERE worker = $1 AND same = $2";
    Ok(tx.query_one::<(i64,)>(whose, (name, same)).await?.map(|(id,)| id))
}

async fn own_same<B: Backend>(
    tx: &mut Transaction<B>,
    name: &str,
    same: &str,
    within: u64,
    id: i64,
) -> Result<(), DbError> {
    if within > 0 {
        let own = "UPDATE _microcore_same SET job = $3 WHERE worker = $1 AND same = $2";
        tx.execute(own, (name, same, id)).await?;
    }
    Ok(())
}

/// What a transaction left: the id, the name, what it is unique by, within which time, whether the latest counts, its
/// payload and its cause.
type Arrival = (i64, String, String, i64, i64, String, Option<String>, i64);

pub(super) async fn admit<B: Backend>(db: &Database<B>, names: &[&str], now: i64) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "SELECT id, worker, same, within, latest, payload, cause, tick FROM _microcore_job
         WHERE state = 'ARRIVING' AND worker IN ({}) ORDER BY id LIMIT $1",
        super::list(2, names.len())
    );
    let arrivals = db.query::<Arrival>(&sql, super::with_names([Value::from(BATCH)], names)).await?;
    for arrival in &arrivals {
        let admitted: Result<(), DbError> =
            db.own_transaction(|| async |tx: &mut Transaction<B>| admit_one(tx, arrival, now).await).await;
        match admitted {
            // Another one like it came in at the same moment: the next look decides.
            Err(error) if error.kind() == DbErrorKind::Unique => {}
            other => other?,
        }
    }
    Ok(())
}

async fn admit_one<B: Backend>(tx: &mut Transaction<B>, arrival: &Arrival, now: i64) -> Result<(), DbError> {
    let (id, name, same, within, latest, payload, cause, enqueued) = arrival;
    // Somebody else may have let it in meanwhile.
    let own = "UPDATE _microcore_job SET cancelled = cancelled WHERE id = $1 AND state = 'ARRIVING'";
    if tx.execute(own, (*id,)).await? == 0 {
        return Ok(());
    }
    if let Some(other) = unfinished(tx, name, same).await?
        && (*latest == 0 || renew(tx, other, payload, cause.as_deref()).await? > 0)
    {
        return skipped(tx, *id, other, now).await;
    }
    let within = u64::try_from(*within).unwrap_or_default();
    if within > 0
        && let Some(other) = take_same(tx, name, same, within, *enqueued).await?
    {
        return skipped(tx, *id, other, now).await;
    }
    own_same(tx, name, same, within, *id).await?;
    tx.execute("UPDATE _microcore_job SET state = 'WAITING' WHERE id = $1", (*id,)).await?;
    Ok(())
}

/// A job on its way into a transaction, which gives its id. Its type asks nothing of the event, so that one that is no
/// job is one error of the compiler.
pub type Leaving<'t> = Pin<Box<dyn Future<Output = Result<i64, DbError>> + Send + 't>>;

impl<B: Backend> Transaction<B> {
    /// Enqueues a job as part of this transaction: it is worked on after the commit, and rolled back, it was never there.
    /// Gives the job's id.
    ///
    /// A job that is `unique` is compared with others after the commit: where one like it is unfinished, that one stands,
    /// and `jobs show` says so of this one.
    ///
    /// ```ignore
    /// self.db.transaction(async |tx| {
    ///     tx.execute("INSERT INTO reports (tenant, month) VALUES ($1, $2)", (tenant, &month)).await?;
    ///     tx.enqueue(ReportWanted { tenant, month }).await
    /// }).await?;
    /// ```
    pub fn enqueue<E: Worked>(&mut self, event: E) -> Leaving<'_> {
        self.enqueue_with(event, JobOptions::new())
    }

    /// The same with a time or a priority.
    pub fn enqueue_with<E: Worked>(&mut self, event: E, options: JobOptions) -> Leaving<'_> {
        let job = NewJob::of(&event, options)
            .map_err(|error: Error| DbError::usage(format!("a job can't be enqueued: {error}")));
        Box::pin(async move { self.leave(job?).await })
    }

    async fn leave(&mut self, job: NewJob) -> Result<i64, DbError> {
        let listener = self.publisher.jobs.get().cloned();
        let now = listener.as_ref().and_then(|listener| listener.now());
        let now = now.unwrap_or_else(|| i64::try_from(wall_clock()).unwrap_or(i64::MAX));
        let state = if job.unique.is_some() { "ARRIVING" } else { "WAITING" };
        let (sql, values) = inserting(std::slice::from_ref(&job), now, state);
        let row = self.query_one::<(i64,)>(&sql, values).await.map_err(|error| unusable("_microcore_job", error))?;
        let (id,) = row.ok_or_else(|| DbError::usage("a job was not stored"))?;
        self.leaves(job);
        Ok(id)
    }
}
