//! How jobs stand, and what is done with them by hand.

use microcore_runtime::error::Result;
use microcore_runtime::jobs::{JobCount, JobFilter, JobState, JobStatus, RunState};

use super::runs::number;
use crate::db::{Backend, Database, DbError, DbErrorKind, Transaction, Value};

/// id, name, state, enqueued, due, began, attempts, done, total, priority, owner, error.
type Unfinished =
    (i64, String, String, i64, i64, Option<i64>, i64, Option<i64>, Option<i64>, i64, Option<String>, Option<String>);

pub(super) async fn jobs<B: Backend>(db: &Database<B>, filter: &JobFilter) -> Result<Vec<JobStatus>> {
    let mut conditions = vec!["manual = 2".to_owned()];
    let mut values: Vec<Value<'static>> = Vec::new();
    if let Some(id) = filter.id {
        values.push(id.into());
        conditions.push(format!("id = ${}", values.len()));
    } else {
        conditions.push(if filter.dead { "state = 'DEAD'" } else { "state <> 'DEAD'" }.to_owned());
    }
    if let Some(name) = &filter.name {
        values.push(name.clone().into());
        conditions.push(format!("worker = ${}", values.len()));
    }
    let limit = if filter.limit == 0 { i64::MAX } else { i64::try_from(filter.limit).unwrap_or(i64::MAX) };
    values.push(limit.into());
    let sql = format!(
        "SELECT id, worker, state, tick, due, began, attempt + deaths, done, total, priority, owner, error
         FROM _microcore_job WHERE {} ORDER BY id DESC LIMIT ${}",
        conditions.join(" AND "),
        values.len()
    );
    let rows = db.query::<Unfinished>(&sql, values).await?;
    let mut jobs: Vec<JobStatus> = rows.into_iter().map(status).collect();
    if let Some(id) = filter.id {
        if let Some(job) = jobs.first_mut() {
            let row =
                db.query_one::<(Option<String>,)>("SELECT payload FROM _microcore_job WHERE id = $1", (id,)).await?;
            job.payload = row.and_then(|(payload,)| payload);
        } else {
            jobs.extend(past(db, id).await?);
        }
    }
    Ok(jobs)
}

fn status(row: Unfinished) -> JobStatus {
    let (id, name, state, enqueued, due, began, attempts, done, total, priority, owner, error) = row;
    let state = match state.as_str() {
        "RUNNING" => JobState::Running,
        "DEAD" => JobState::Dead,
        _ => JobState::Waiting,
    };
    let mut job = JobStatus::new(id, name, state);
    (job.enqueued, job.due, job.began, job.attempts) = (enqueued, due, began, number(attempts));
    // What is dead waits for nothing: its time is that of its end.
    job.ended = (state == JobState::Dead).then_some(due);
    (job.priority, job.owner, job.error) = (priority, owner, error);
    job.progress = done.zip(total);
    job
}

async fn past<B: Backend>(db: &Database<B>, id: i64) -> Result<Option<JobStatus>> {
    type Over = (String, String, i64, Option<i64>, Option<i64>, i64, Option<String>);
    let sql = "SELECT worker, state, tick, began, ended, attempts, error FROM _microcore_run
        WHERE id = $1 AND manual = 2 ORDER BY ended DESC LIMIT 1";
    let row = db.query_one::<Over>(sql, (id,)).await?;
    Ok(row.map(|(name, state, enqueued, began, ended, attempts, error)| {
        let state = match RunState::of(&state) {
            Some(RunState::Succeeded) => JobState::Succeeded,
            Some(RunState::Cancelled) => JobState::Cancelled,
            Some(RunState::Skipped) => JobState::Skipped,
            _ => JobState::Dead,
        };
        let mut job = JobStatus::new(id, name, state);
        (job.enqueued, job.due, job.began, job.ended) = (enqueued, enqueued, began, ended);
        (job.attempts, job.error) = (number(attempts), error);
        job
    }))
}

pub(super) async fn counts<B: Backend>(db: &Database<B>) -> Result<Vec<JobCount>> {
    let sql = "SELECT worker, count(CASE WHEN state IN ('WAITING', 'ARRIVING') THEN 1 END),
            count(CASE WHEN state = 'RUNNING' THEN 1 END), count(CASE WHEN state = 'DEAD' THEN 1 END),
            min(CASE WHEN state = 'WAITING' THEN due END)
        FROM _microcore_job WHERE manual = 2 GROUP BY worker ORDER BY worker";
    let rows = db.query::<(String, i64, i64, i64, Option<i64>)>(sql, ()).await?;
    let counts = rows.into_iter().map(|(name, waiting, running, dead, oldest)| JobCount {
        name,
        waiting,
        running,
        dead,
        oldest,
    });
    Ok(counts.collect())
}

/// Its attempts begin anew; its steps are kept.
pub(super) async fn retry<B: Backend>(db: &Database<B>, id: i64, now: i64) -> Result<bool> {
    let changed: Result<u64, DbError> = db
        .own_transaction(|| {
            async |tx: &mut Transaction<B>| {
                let sql =
                    "UPDATE _microcore_job SET due = $2, began = CASE WHEN state = 'DEAD' THEN NULL ELSE began END,
                        attempt = CASE WHEN state = 'DEAD' THEN 0 ELSE attempt END,
                        deaths = CASE WHEN state = 'DEAD' THEN 0 ELSE deaths END, cancelled = 0, state = 'WAITING'
                    WHERE id = $1 AND state IN ('DEAD', 'WAITING') AND manual = 2";
                tx.execute(sql, (id, now)).await
            }
        })
        .await;
    match changed {
        Err(error) if error.kind() == DbErrorKind::Unique => Err(microcore_runtime::error::Error::conflict(format!(
            "job {id} can't be tried again: one like it is unfinished, and they are `unique`"
        ))
        .with_source(error)),
        changed => Ok(changed? > 0),
    }
}

pub(super) async fn discard<B: Backend>(db: &Database<B>, id: i64) -> Result<bool> {
    let sql = "DELETE FROM _microcore_job WHERE id = $1 AND state = 'DEAD' AND manual = 2";
    Ok(db.execute(sql, (id,)).await? > 0)
}
