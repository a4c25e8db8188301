//! Steps of jobs: each recorded once, on condition that the claim of the job still holds.

use std::collections::HashSet;

use microcore_runtime::error::{Error, Result};
use microcore_runtime::event::wall_clock;
use microcore_runtime::jobs::{Recorded, StepClaim, StepTransactions, StepsDone};
use serde::Serialize;

use super::rows::{Is, MANY, Rows};
use crate::db::{Backend, Database, DbError, Transaction, Value};

/// What a process is told that has lost its job.
const LOST: &str = "another process has this job now: the step was not recorded";

pub(super) async fn in_flight<B: Backend>(db: &Database<B>) -> Result<Vec<StepsDone>> {
    let sql = "SELECT j.worker, s.name, count(*), min(j.id) FROM _microcore_step s
            JOIN _microcore_job j ON j.id = s.job AND j.state <> 'DEAD'
        GROUP BY j.worker, s.name ORDER BY j.worker, s.name";
    let rows = db.query::<(String, String, i64, i64)>(sql, ()).await?;
    Ok(rows.into_iter().map(|(name, step, jobs, one)| StepsDone { name, step, jobs, one }).collect())
}

/// The statement that records steps whose claims hold, to the end of its transaction: who takes a job over changes the
/// job's row, and waits for this one.
fn recording<B: Backend>(rows: Rows) -> (String, Vec<Value<'static>>) {
    let lock = if B::SKIP_LOCKED.is_empty() { "" } else { "FOR NO KEY UPDATE OF j" };
    let sql = format!(
        "INSERT INTO _microcore_step (job, name, result, made)
         SELECT j.id, v.column3, v.column4, CAST($1 AS BIGINT) FROM {} v
            JOIN _microcore_job j ON j.id = v.column1 AND j.token = v.column2
         WHERE j.state = 'RUNNING' {lock}
         RETURNING job, name",
        rows.table
    );
    let now = i64::try_from(wall_clock()).unwrap_or(i64::MAX);
    (sql, rows.behind([now.into()]))
}

fn rows<'r>(steps: impl IntoIterator<Item = (StepClaim, &'r str, &'r str)>) -> Rows {
    let rows = steps.into_iter().map(|(claim, name, result)| {
        [claim.id.into(), claim.token.into(), name.to_owned().into(), result.to_owned().into()]
    });
    Rows::of([Is::Number, Is::Number, Is::Text, Is::Text], 2, rows)
}

pub(super) async fn step<B: Backend>(db: &Database<B>, claim: StepClaim, name: &str, result: &str) -> Result<bool> {
    let recorded = db.own_transaction(|| {
        async |tx: &mut Transaction<B>| {
            let (sql, values) = recording::<B>(rows([(claim, name, result)]));
            Ok(!tx.query::<(i64, String)>(&sql, values).await?.is_empty())
        }
    });
    Ok(recorded.await?)
}

/// Of several jobs together; one by one where one of them is in the way of the others.
pub(super) async fn steps_done<B: Backend>(db: &Database<B>, steps: Vec<Recorded>) -> Vec<Result<bool>> {
    let mut all = Vec::with_capacity(steps.len());
    for some in steps.chunks(MANY) {
        if some.len() > 1
            && let Ok(recorded) = together(db, some).await
        {
            all.extend(some.iter().map(|step| Ok(recorded.contains(&(step.id, step.name.clone())))));
            continue;
        }
        for Recorded { id, token, name, result } in some {
            all.push(step(db, StepClaim { id: *id, token: *token }, name, result).await);
        }
    }
    all
}

async fn together<B: Backend>(db: &Database<B>, steps: &[Recorded]) -> Result<HashSet<(i64, String)>, DbError> {
    let each = steps
        .iter()
        .map(|step| (StepClaim { id: step.id, token: step.token }, step.name.as_str(), step.result.as_str()));
    let (sql, values) = recording::<B>(rows(each));
    Ok(db.query::<(i64, String)>(&sql, values).await?.into_iter().collect())
}

impl<B: Backend> StepTransactions for Database<B> {
    type Transaction = Transaction<B>;

    async fn in_step<T, F>(&self, claim: Option<StepClaim>, step: &str, work: F) -> Result<(T, String)>
    where
        T: Serialize,
        F: AsyncFnOnce(&mut Transaction<B>) -> Result<T>,
    {
        self.transaction(async |tx| {
            let value = work(tx).await?;
            let result = serde_json::to_string(&value).map_err(|error| {
                Error::internal(format!("the result of step `{step}` can't be written")).with_source(error)
            })?;
            if let Some(claim) = claim {
                let (sql, values) = recording::<B>(rows([(claim, step, result.as_str())]));
                if tx.query::<(i64, String)>(&sql, values).await?.is_empty() {
                    return Err(Error::internal(LOST));
                }
            }
            Ok((value, result))
        })
        .await
    }
}
