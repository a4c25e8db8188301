//! How runs end: for good, with another attempt, asleep, given back, cancelled; and what is remembered of them.

use std::collections::HashSet;

use microcore_runtime::error::{Error, Result};
use microcore_runtime::jobs::{Cancelled, End, Ending, RunState};

use super::TRIES;
use super::rows::{Is, MANY, Rows};
use crate::db::{Backend, Database, DbError, Transaction};

/// What is known of a run that is over: worker, tick, manual, attempts.
type Over = (String, i64, i64, i64);

/// What is remembered of it besides.
struct Outcome<'o> {
    state: RunState,
    error: Option<&'o str>,
    began: Option<i64>,
    ended: i64,
}

pub(super) async fn end<B: Backend>(db: &Database<B>, id: i64, token: i64, end: &End, now: i64) -> Result<bool> {
    // Of a text that came from a request: PostgreSQL stores no NUL, and a run must end whatever is said of it.
    let storable = |error: &str| error.replace('\0', "\u{fffd}");
    match end {
        End::Past { state, error, began, next } => {
            let error = error.as_deref().map(storable);
            let ended = db
                .own_transaction(|| {
                    async |tx: &mut Transaction<B>| {
                        // A dead job is kept, and one whose payload was replaced runs again.
                        let take = "DELETE FROM _microcore_job WHERE id = $1 AND token = $2 AND state = 'RUNNING'
                                AND (manual <> 2 OR $3 = 'CANCELLED' OR (renewed = 0 AND $3 <> 'FAILED'))
                            RETURNING worker, tick, manual, attempt + deaths";
                        let gone = tx.query_one::<Over>(take, (id, token, state.word())).await?;
                        let outcome =
                            Outcome { state: *state, error: error.as_deref(), began: Some(*began), ended: now };
                        let over = match gone {
                            Some(over) => over,
                            None => match keep(tx, id, token, &outcome).await? {
                                Some(over) => over,
                                None => return Ok(false),
                            },
                        };
                        remember(tx, id, &over, &outcome).await?;
                        let (worker, tick, manual, _) = over;
                        if *state == RunState::Succeeded && manual == 0 {
                            let sql = "UPDATE _microcore_schedule SET last_success = $2 WHERE name = $1";
                            tx.execute(sql, (&worker, tick)).await?;
                        }
                        if let Some(next) = next {
                            let sql = "UPDATE _microcore_schedule SET next_at = $2 WHERE name = $1 AND next_at IS NULL";
                            tx.execute(sql, (&worker, *next)).await?;
                        }
                        Ok(true)
                    }
                })
                .await;
            Ok(ended?)
        }
        End::Again { due, error } => {
            let sql = "UPDATE _microcore_job SET state = 'WAITING', owner = NULL, due = $3, error = $4
                WHERE id = $1 AND token = $2 AND state = 'RUNNING'";
            Ok(db.execute(sql, (id, token, *due, storable(error))).await? > 0)
        }
        End::Asleep { due, error } => {
            let sql =
                "UPDATE _microcore_job SET state = 'WAITING', owner = NULL, due = $3, error = $4, attempt = attempt - 1
                WHERE id = $1 AND token = $2 AND state = 'RUNNING'";
            Ok(db.execute(sql, (id, token, *due, error.as_deref().map(storable))).await? > 0)
        }
        End::Released => {
            let sql = "UPDATE _microcore_job SET state = 'WAITING', owner = NULL, attempt = attempt - 1
                WHERE id = $1 AND token = $2 AND state = 'RUNNING'";
            Ok(db.execute(sql, (id, token)).await? > 0)
        }
    }
}

/// Jobs that succeed are most of all ends: they go together. The others go one by one, and so do all where one is in the way
/// of the others.
pub(super) async fn end_all<B: Backend>(db: &Database<B>, ends: Vec<Ending>, now: i64) -> Vec<Result<bool>> {
    let is_plain =
        |ending: &&Ending| matches!(ending.end, End::Past { state: RunState::Succeeded, error: None, next: None, .. });
    let plain: Vec<(i64, i64)> = ends.iter().filter(is_plain).map(|ending| (ending.id, ending.token)).collect();
    let mut gone = HashSet::new();
    for some in plain.chunks(MANY).filter(|some| some.len() > 1) {
        gone.extend(succeed(db, some, now).await.unwrap_or_default());
    }
    let mut all = Vec::with_capacity(ends.len());
    for Ending { id, token, end: its } in &ends {
        all.push(if gone.contains(id) { Ok(true) } else { end(db, *id, *token, its, now).await });
    }
    all
}

/// Ends jobs, each by id and token; those that it ended. Ticks, and jobs whose payload was replaced, are not among them.
async fn succeed<B: Backend>(db: &Database<B>, ends: &[(i64, i64)], now: i64) -> Result<Vec<i64>, DbError> {
    let rows = |first| {
        let rows = ends.iter().map(|(id, token)| [(*id).into(), (*token).into()]);
        Rows::of([Is::Number, Is::Number], first, rows)
    };
    let take = |rows: &Rows| {
        format!(
            "DELETE FROM _microcore_job WHERE id IN ({}) AND (id, token) IN {} AND state = 'RUNNING' AND manual = 2
                AND renewed = 0
             RETURNING id, worker, tick, began, attempt + deaths AS attempts",
            rows.keys, rows.table
        )
    };
    let columns = "id, worker, tick, began, attempts, ended, state, manual, missed";
    if B::WITH_WRITES {
        let rows = rows(2);
        let sql = format!(
            "WITH gone AS ({})
             INSERT INTO _microcore_run ({columns})
             SELECT id, worker, tick, began, attempts, CAST($1 AS BIGINT), 'SUCCEEDED', 2, 0 FROM gone RETURNING id",
            take(&rows)
        );
        let gone = db.query::<(i64,)>(&sql, rows.behind([now.into()])).await?;
        return Ok(gone.into_iter().map(|(id,)| id).collect());
    }
    let ended = db.own_transaction(|| {
        async |tx: &mut Transaction<B>| {
            let rows = rows(1);
            let gone = tx.query::<(i64, String, i64, Option<i64>, i64)>(&take(&rows), rows.values).await?;
            let ids = gone.iter().map(|(id, ..)| *id).collect();
            let written = gone.into_iter().map(|(id, worker, tick, began, attempts)| {
                [id.into(), worker.into(), tick.into(), began.unwrap_or(now).into(), attempts.into()]
            });
            let written = Rows::of([Is::Number, Is::Text, Is::Number, Is::Number, Is::Number], 2, written);
            let remember = format!(
                "INSERT INTO _microcore_run ({columns})
                 SELECT column1, column2, column3, column4, column5, $1, 'SUCCEEDED', 2, 0 FROM {} WHERE column1 > 0",
                written.table
            );
            tx.execute(&remember, written.behind([now.into()])).await?;
            Ok(ids)
        }
    });
    ended.await
}

/// A job that ends and stays: dead, or with the payload that came while it ran.
async fn keep<B: Backend>(
    tx: &mut Transaction<B>,
    id: i64,
    token: i64,
    outcome: &Outcome<'_>,
) -> Result<Option<Over>, DbError> {
    let renew = "UPDATE _microcore_job SET state = 'WAITING', owner = NULL, due = $3, began = NULL, error = NULL,
            renewed = 0, done = NULL, total = NULL
        WHERE id = $1 AND token = $2 AND state = 'RUNNING' AND manual = 2 AND renewed = 1
        RETURNING worker, tick, manual, attempt + deaths";
    if let Some(over) = tx.query_one::<Over>(renew, (id, token, outcome.ended)).await? {
        tx.execute("UPDATE _microcore_job SET attempt = 0, deaths = 0 WHERE id = $1", (id,)).await?;
        tx.execute("DELETE FROM _microcore_step WHERE job = $1", (id,)).await?;
        return Ok(Some(over));
    }
    let bury = "UPDATE _microcore_job SET state = 'DEAD', owner = NULL, due = $3, error = $4
        WHERE id = $1 AND token = $2 AND state = 'RUNNING' AND manual = 2
        RETURNING worker, tick, manual, attempt + deaths";
    tx.query_one::<Over>(bury, (id, token, outcome.ended, outcome.error)).await
}

/// A tick has its row since it was fired, and a job gets one when it is over.
async fn remember<B: Backend>(
    tx: &mut Transaction<B>,
    id: i64,
    (worker, tick, manual, attempts): &Over,
    outcome: &Outcome<'_>,
) -> Result<(), DbError> {
    let Outcome { state, error, began, ended } = outcome;
    let values = (id, state.word(), *began, *ended, *attempts, *error, worker.as_str(), *tick);
    let sql = if *manual == 2 {
        "INSERT INTO _microcore_run (id, state, began, ended, attempts, error, worker, tick, manual, missed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 2, 0)"
    } else {
        "UPDATE _microcore_run SET state = $2, began = $3, ended = $4, attempts = $5, error = $6
         WHERE id = $1 AND worker = $7 AND tick = $8"
    };
    tx.execute(sql, values).await?;
    Ok(())
}

pub(super) async fn cancel<B: Backend>(db: &Database<B>, id: i64, now: i64) -> Result<Option<Cancelled>> {
    for _ in 0..TRIES {
        let cancelled = db.own_transaction(|| {
            async |tx: &mut Transaction<B>| {
                let take = "DELETE FROM _microcore_job WHERE id = $1 AND state IN ('WAITING', 'ARRIVING')
                    RETURNING worker, tick, manual, attempt + deaths";
                if let Some(over) = tx.query_one::<Over>(take, (id,)).await? {
                    let outcome = Outcome { state: RunState::Cancelled, error: None, began: None, ended: now };
                    remember(tx, id, &over, &outcome).await?;
                    return Ok(Some(Cancelled::Gone));
                }
                let ask = "UPDATE _microcore_job SET cancelled = 1 WHERE id = $1 AND state = 'RUNNING'";
                Ok((tx.execute(ask, (id,)).await? > 0).then_some(Cancelled::Asked))
            }
        });
        let cancelled = cancelled.await?;
        if cancelled.is_some() {
            return Ok(cancelled);
        }
        // One that goes from one state to the other between the two statements is in neither.
        let there = "SELECT id FROM _microcore_job WHERE id = $1 AND state <> 'DEAD'";
        if db.query_one::<(i64,)>(there, (id,)).await?.is_none() {
            return Ok(None);
        }
    }
    Err(Error::conflict(format!("job {id} changes too often to be cancelled: try again")))
}

/// One that was not let in, because one like it was there.
pub(super) async fn skipped<B: Backend>(tx: &mut Transaction<B>, id: i64, other: i64, now: i64) -> Result<(), DbError> {
    let take = "DELETE FROM _microcore_job WHERE id = $1 RETURNING worker, tick, manual, attempt + deaths";
    if let Some(over) = tx.query_one::<Over>(take, (id,)).await? {
        let error = format!("job {other} was there");
        let outcome = Outcome { state: RunState::Skipped, error: Some(&error), began: None, ended: now };
        remember(tx, id, &over, &outcome).await?;
    }
    Ok(())
}
