//! Runs: who takes them, how they end, what is remembered of them.

use microcore_runtime::error::Result;
use microcore_runtime::jobs::{Overlap, PastRun, RunState};

use super::{list, with_names};
use crate::db::{Backend, Database, DbError, Transaction, Value};

/// A schedule that no process has is forgotten after so long.
const UNSEEN: i64 = 30 * 24 * 60 * 60 * 1000;
/// So often a process says that it has its schedules.
const SEEN: i64 = 24 * 60 * 60 * 1000;

pub(super) fn number(column: i64) -> u32 {
    u32::try_from(column).unwrap_or_default()
}

pub(super) async fn bury<B: Backend>(db: &Database<B>, gone: &(String, i64), now: i64) -> Result<u64> {
    let (owner, beat) = gone;
    let given: Result<u64, DbError> = db
        .own_transaction(|| {
            async |tx: &mut Transaction<B>| {
                let take = "DELETE FROM _microcore_process WHERE owner = $1 AND beat = $2";
                if tx.execute(take, (owner, *beat)).await? == 0 {
                    return Ok(0);
                }
                // The attempt is not counted: it is the process that failed. The token makes its end void.
                let give = "UPDATE _microcore_job SET state = 'WAITING', owner = NULL, token = token + 1,
                        attempt = attempt - 1, deaths = deaths + 1, due = $2
                    WHERE owner = $1 AND state = 'RUNNING'";
                tx.execute(give, (owner, now)).await
            }
        })
        .await;
    Ok(given?)
}

pub(super) async fn run_now<B: Backend>(
    db: &Database<B>,
    name: &str,
    overlap: Overlap,
    now: i64,
) -> Result<Option<i64>> {
    let line = (overlap != Overlap::Allow).then_some(name);
    let made: Result<Option<i64>, DbError> = db
        .own_transaction(|| {
            async |tx: &mut Transaction<B>| {
                let known = "SELECT count(*) FROM _microcore_schedule WHERE name = $1";
                if tx.query_scalar::<i64>(known, (name,)).await? == 0 {
                    return Ok(None);
                }
                let id: i64 = tx
                    .query_scalar(
                        "INSERT INTO _microcore_job (worker, tick, manual, missed, state, due, line, token, attempt, deaths)
                         VALUES ($1, $2, 1, 0, 'WAITING', $2, $3, 0, 0, 0) RETURNING id",
                        (name, now, line),
                    )
                    .await?;
                waits(tx, id, name, now).await?;
                Ok(Some(id))
            }
        })
        .await;
    Ok(made?)
}

/// A run by hand is in the history from its beginning on.
pub(super) async fn waits<B: Backend>(tx: &mut Transaction<B>, id: i64, name: &str, now: i64) -> Result<(), DbError> {
    let sql = "INSERT INTO _microcore_run (id, worker, tick, manual, missed, state, attempts)
        VALUES ($1, $2, $3, 1, 0, 'PENDING', 0)";
    tx.execute(sql, (id, name, now)).await?;
    Ok(())
}

type Past = (i64, i64, i64, String, Option<i64>, Option<i64>, i64, i64, Option<String>);

/// What is remembered, the last first, of runs for which `condition` holds.
pub(super) async fn past<B: Backend>(
    db: &Database<B>,
    condition: &str,
    mut values: Vec<Value<'static>>,
    count: usize,
) -> Result<Vec<PastRun>> {
    values.push(Value::from(i64::try_from(count).unwrap_or(i64::MAX)));
    let sql = format!(
        "SELECT r.id, r.tick, r.manual, r.state, coalesce(j.began, r.began), r.ended,
            coalesce(j.attempt + j.deaths, r.attempts), r.missed, coalesce(j.error, r.error)
         FROM _microcore_run r LEFT JOIN _microcore_job j ON j.id = r.id
         WHERE {condition} ORDER BY r.tick DESC, r.id DESC LIMIT $2"
    );
    let rows = db.query::<Past>(&sql, values).await?;
    let past = rows.into_iter().map(|(id, tick, manual, state, began, ended, attempts, missed, error)| PastRun {
        id,
        tick,
        manual: manual != 0,
        state: RunState::of(&state).unwrap_or(RunState::Pending),
        began,
        ended,
        attempts: number(attempts),
        missed: number(missed),
        error,
    });
    Ok(past.collect())
}

pub(super) async fn forget<B: Backend>(db: &Database<B>, names: &[&str], before: i64, now: i64) -> Result<u64> {
    if names.is_empty() {
        return Ok(0);
    }
    let seen =
        format!("UPDATE _microcore_schedule SET seen = $1 WHERE seen < $2 AND name IN ({})", list(3, names.len()));
    db.execute(&seen, with_names([Value::from(now), Value::from(now - SEEN)], names)).await?;
    let unseen = "DELETE FROM _microcore_schedule WHERE seen < $1
        AND NOT EXISTS (SELECT 1 FROM _microcore_job WHERE worker = name)";
    db.execute(unseen, (now - UNSEEN,)).await?;
    // Steps are left behind by jobs that ended; and what is unique for a while is so no longer.
    db.execute("DELETE FROM _microcore_step WHERE NOT EXISTS (SELECT 1 FROM _microcore_job WHERE id = job)", ())
        .await?;
    let over =
        "DELETE FROM _microcore_same WHERE until < $1 AND NOT EXISTS (SELECT 1 FROM _microcore_job WHERE id = job)";
    db.execute(over, (now,)).await?;
    let jobs = db.execute("DELETE FROM _microcore_run WHERE manual = 2 AND ended < $1", (before,)).await?;
    let sql = "DELETE FROM _microcore_run WHERE manual <> 2 AND state <> 'PENDING' AND ended < $1 AND tick < (
        SELECT min(last.tick) FROM (
            SELECT r.tick AS tick FROM _microcore_run r WHERE r.worker = _microcore_run.worker
            ORDER BY r.tick DESC LIMIT 100) last)";
    Ok(jobs + db.execute(sql, (before,)).await?)
}
