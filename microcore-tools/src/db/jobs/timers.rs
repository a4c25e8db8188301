//! What the running application lets happen at times: set, due, and seen to by whoever first changes its row.

use microcore_runtime::error::Result;
use microcore_runtime::event::wall_clock;
use microcore_runtime::jobs::{NewJob, NewTimer, Ringing, Rung, Timer};

use super::enqueuing::inserting;
use super::rows::{Is, MANY, Rows};
use super::{list, with_names};
use crate::db::outbox::keeping;
use crate::db::{Backend, Database, DbError, Transaction, Value};

pub(super) async fn set<B: Backend>(db: &Database<B>, timer: &NewTimer) -> Result<()> {
    let NewTimer { key, times, next, planned } = timer;
    let sql = "INSERT INTO _microcore_timer (key, name, times, next_at, payload, same, line)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (key) DO UPDATE SET name = $2, times = $3, next_at = $4,
            payload = $5, same = $6, line = $7";
    db.execute(sql, (key, planned.name, times, *next, &planned.payload, &planned.unique, &planned.line)).await?;
    Ok(())
}

type Row = (String, String, Option<String>, i64);

fn timers(rows: Vec<Row>) -> Vec<Timer> {
    rows.into_iter().map(|(key, name, times, next)| Timer { key, name, times, next }).collect()
}

pub(super) async fn all<B: Backend>(db: &Database<B>) -> Result<Vec<Timer>> {
    let sql = "SELECT key, name, times, next_at FROM _microcore_timer ORDER BY key";
    Ok(timers(db.query::<Row>(sql, ()).await?))
}

pub(super) async fn due<B: Backend>(db: &Database<B>, names: &[&str], now: i64, limit: usize) -> Result<Vec<Timer>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT key, name, times, next_at FROM _microcore_timer
         WHERE next_at <= $1 AND name IN ({}) ORDER BY next_at, key LIMIT $2",
        list(3, names.len())
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(timers(db.query::<Row>(&sql, with_names([Value::from(now), Value::from(limit)], names)).await?))
}

/// What a row holds besides: key, payload, what it is unique by, its line.
type Held = (String, String, Option<String>, Option<String>);

pub(super) async fn ring<B: Backend>(db: &Database<B>, ringing: &[Ringing], now: i64) -> Result<Rung> {
    let mut rung = Rung::default();
    for some in ringing.chunks(MANY) {
        rung.count += db.own_transaction(|| async |tx: &mut Transaction<B>| ring_some(tx, some, now).await).await?;
    }
    if rung.count > 0 {
        db.publisher().tell();
    }
    Ok(rung)
}

/// The rows and what becomes of them are one transaction.
async fn ring_some<B: Backend>(tx: &mut Transaction<B>, ringing: &[Ringing], now: i64) -> Result<usize, DbError> {
    let mut held: Vec<Held> = Vec::new();
    let again: Vec<[Value<'static>; 3]> =
        ringing.iter().filter_map(|one| Some([one.key.clone().into(), one.was.into(), one.next?.into()])).collect();
    if !again.is_empty() {
        let rows = Rows::of([Is::Text, Is::Number, Is::Number], 1, again);
        let sql = format!(
            "UPDATE _microcore_timer SET next_at = v.column3 FROM {} v
             WHERE key IN ({}) AND key = v.column1 AND next_at = v.column2
             RETURNING key, payload, same, line",
            rows.table, rows.keys
        );
        held.extend(tx.query::<Held>(&sql, rows.values).await?);
    }
    let last: Vec<[Value<'static>; 2]> =
        ringing.iter().filter(|one| one.next.is_none()).map(|one| [one.key.clone().into(), one.was.into()]).collect();
    if !last.is_empty() {
        let rows = Rows::of([Is::Text, Is::Number], 1, last);
        let sql = format!(
            "DELETE FROM _microcore_timer WHERE key IN ({}) AND (key, next_at) IN {} RETURNING key, payload, same, line",
            rows.keys, rows.table
        );
        held.extend(tx.query::<Held>(&sql, rows.values).await?);
    }
    let (mut free, mut compared, mut events) = (Vec::new(), Vec::new(), Vec::new());
    // In the order in which they were due.
    for one in ringing {
        let Some(at) = held.iter().position(|(key, ..)| *key == one.key) else { continue };
        let (_, payload, unique, line) = held[at].clone();
        match one.worker {
            Some(worker) => {
                let job = NewJob::rung(worker, payload, unique, line);
                if job.unique.is_some() { &mut compared } else { &mut free }.push(job);
            }
            None => events.push((one.envelope(wall_clock()), payload)),
        }
    }
    // What is unique is compared with others as what transactions leave is: when it is let in.
    for (jobs, state) in [(free, "WAITING"), (compared, "ARRIVING")] {
        if !jobs.is_empty() {
            let (sql, values) = inserting(&jobs, now, state);
            tx.query::<(i64,)>(&sql, values).await?;
        }
    }
    keeping(tx, &events).await?;
    Ok(held.len())
}
