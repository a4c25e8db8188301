//! Who takes which run: by time, by priority, one after the other in a line, and no more than a job's limits allow.

use microcore_runtime::error::Result;
use microcore_runtime::jobs::{Carried, Claim, Claimed, Claims, Limited, Overlap, Pace};

use super::runs::{number, waits};
use super::{list, with_names};
use crate::db::{Backend, Database, DbError, DbErrorKind, Transaction, Value};

/// id, token, worker, tick, `manual` and whether it is cancelled, missed, attempt, deaths, priority, uid or of a tick the last
/// success of its schedule, cause, payload.
type Taken = (i64, i64, String, i64, i64, i64, i64, i64, i64, Option<String>, Option<String>, Option<String>);

/// What is told of a run that was taken.
const TAKEN: &str = "id, token, worker, tick, manual + 4 * cancelled, missed, attempt, deaths, priority,
    CASE WHEN manual < 2 THEN (SELECT CAST(last_success AS TEXT) FROM _microcore_schedule WHERE name = worker)
        ELSE uid END,
    cause, payload";

/// Which priorities are taken, in which order. Without any, time alone says it, and an index has that order.
const RANKS: [(&str, &str); 3] = [
    ("AND j.priority > 0", "j.priority DESC, j.due, j.id"),
    ("AND j.priority = 0", "j.due, j.id"),
    ("AND j.priority < 0", "j.priority DESC, j.due, j.id"),
];

pub(super) async fn claim<B: Backend>(db: &Database<B>, claim: &Claim<'_>) -> Result<Claims> {
    let mut claims = Claims::default();
    for rank in ranks(claim.ranked) {
        let left = claim.limit - claims.taken.len();
        if left > 0 && !claim.names.is_empty() {
            let (sql, values) = taking::<B>(claim, claim.names, left, rank);
            claims.taken.extend(db.query::<Taken>(&sql, values).await?.into_iter().map(claimed));
        }
    }
    for limited in claim.limited {
        let left = claim.limit - claims.taken.len();
        if left == 0 {
            break;
        }
        // Whose turn it is says a row: it is not touched for nothing.
        let waits = "SELECT id FROM _microcore_job WHERE worker = $1 AND state = 'WAITING' AND due <= $2 LIMIT 1";
        if db.query_one::<(i64,)>(waits, (limited.name, claim.now)).await?.is_none() {
            continue;
        }
        let within: Result<Claims, DbError> =
            db.own_transaction(|| async |tx: &mut Transaction<B>| limits(tx, claim, limited, left).await).await;
        let within = within?;
        claims.taken.extend(within.taken);
        claims.next = [claims.next, within.next].into_iter().flatten().min();
    }
    claims.taken.sort_by_key(|run| (-run.priority, run.id));
    Ok(claims)
}

fn ranks(ranked: bool) -> &'static [(&'static str, &'static str)] {
    if ranked { &RANKS } else { &[("", "j.due, j.id")] }
}

/// The statement that takes runs of these names.
fn taking<B: Backend>(
    claim: &Claim<'_>,
    names: &[&str],
    limit: usize,
    (condition, order): &(&str, &str),
) -> (String, Vec<Value<'static>>) {
    // In one line only one may have begun, and the first whose time has come goes first. Who was taken for dead may take
    // nothing, and whoever takes it for dead waits for what it is taking, and finds that.
    let lock = if B::SKIP_LOCKED.is_empty() { "" } else { "FOR KEY SHARE" };
    let sql = format!(
        "UPDATE _microcore_job SET state = 'RUNNING', owner = $1, token = token + 1, attempt = attempt + 1, began = $2
         WHERE id IN (
            SELECT j.id FROM _microcore_job j WHERE j.state = 'WAITING' AND j.due <= $2 AND j.worker IN ({}) {condition}
                AND (j.line IS NULL OR NOT EXISTS (SELECT 1 FROM _microcore_job e
                    WHERE e.line = j.line AND e.id <> j.id AND e.state IN ('WAITING', 'RUNNING')
                        AND (e.began IS NOT NULL OR (j.began IS NULL AND e.id < j.id AND e.due <= $2))))
            ORDER BY {order} LIMIT $3 {})
         AND EXISTS (SELECT 1 FROM _microcore_process WHERE owner = $1 {lock})
         RETURNING {TAKEN}",
        list(4, names.len()),
        B::SKIP_LOCKED
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let first = [Value::from(claim.owner.to_owned()), Value::from(claim.now), Value::from(limit)];
    (sql, with_names(first, names))
}

fn claimed(row: Taken) -> Claimed {
    let (id, token, name, tick, manual, missed, attempt, deaths, priority, uid, cause, payload) = row;
    let (previous, uid) = if payload.is_some() { (None, uid) } else { (uid.and_then(|last| last.parse().ok()), None) };
    Claimed {
        id,
        token,
        name,
        tick,
        manual: manual % 4 == 1,
        missed: number(missed),
        previous,
        attempt: number(attempt),
        deaths: number(deaths),
        priority,
        cancelled: manual >= 4,
        job: payload.map(|payload| Carried { uid: uid.unwrap_or_default(), cause, payload }),
    }
}

/// One run by hand that this process has from the beginning.
pub(super) async fn run_here<B: Backend>(
    db: &Database<B>,
    name: &str,
    overlap: Overlap,
    owner: &str,
    now: i64,
) -> Result<Option<Claimed>> {
    let line = (overlap != Overlap::Allow).then_some(name);
    let begun = db.own_transaction(|| {
        async |tx: &mut Transaction<B>| {
            let busy = "SELECT count(*) FROM _microcore_job WHERE line = $1 AND began IS NOT NULL";
            if line.is_some() && tx.query_scalar::<i64>(busy, line).await? > 0 {
                return Ok(None);
            }
            let known = "SELECT count(*) FROM _microcore_schedule WHERE name = $1";
            if tx.query_scalar::<i64>(known, name).await? == 0 {
                return Ok(None);
            }
            let sql = format!(
                "INSERT INTO _microcore_job
                    (worker, tick, manual, missed, state, due, line, owner, token, attempt, deaths, began)
                 VALUES ($1, $2, 1, 0, 'RUNNING', $2, $3, $4, 1, 1, 0, $2) RETURNING {TAKEN}"
            );
            let taken = tx.query_one::<Taken>(&sql, (name, now, line, owner)).await?;
            let Some(claimed) = taken.map(claimed) else { return Ok(None) };
            waits(tx, claimed.id, name, now).await?;
            Ok(Some(claimed))
        }
    });
    match begun.await {
        // Another one of its line has begun at the same moment.
        Err(error) if error.kind() == DbErrorKind::Unique => Ok(None),
        begun => Ok(begun?),
    }
}

/// Takes runs of a job of which the fleet does only so much: one process at a time decides how many.
async fn limits<B: Backend>(
    tx: &mut Transaction<B>,
    claim: &Claim<'_>,
    limited: &Limited,
    limit: usize,
) -> Result<Claims, DbError> {
    let turn = "INSERT INTO _microcore_limit (name, tat, turn) VALUES ($1, 0, 1)
        ON CONFLICT (name) DO UPDATE SET turn = _microcore_limit.turn + 1 RETURNING tat";
    let tat: i64 = tx.query_scalar(turn, (limited.name,)).await?;
    let mut room = limit;
    if limited.at_once > 0 {
        let running = "SELECT count(*) FROM _microcore_job WHERE worker = $1 AND state = 'RUNNING'";
        let running: i64 = tx.query_scalar(running, (limited.name,)).await?;
        room = room.min(usize::try_from(i64::from(limited.at_once) - running).unwrap_or_default());
    }
    let pace = limited.rate.map(|rate| Pace::of(rate, tat, claim.now));
    if let Some(pace) = &pace {
        room = room.min(pace.room());
    }
    let mut claims = Claims::default();
    for rank in ranks(claim.ranked) {
        let left = room - claims.taken.len();
        if left > 0 {
            let (sql, values) = taking::<B>(claim, &[limited.name], left, rank);
            claims.taken.extend(tx.query::<Taken>(&sql, values).await?.into_iter().map(claimed));
        }
    }
    if let Some(pace) = pace {
        let tat = pace.after(claims.taken.len());
        tx.execute("UPDATE _microcore_limit SET tat = $2 WHERE name = $1", (limited.name, tat)).await?;
        claims.next = pace.next(claims.taken.len());
    }
    Ok(claims)
}
