//! The life of a delivery, as statements: stored, ended, repeated, and the next of its line called up.

use microcore_runtime::event::{Envelope, Subscriber, millis, wall_clock};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::columns::{as_i64, text};
use crate::bus::stored::{Claim, Ended, Next};

/// When the last delivery of this line entered it; `None` where all of them are done with.
pub(super) fn last_of_line(
    file: &Connection,
    subscriber: &str,
    event: &str,
    line: Option<&str>,
) -> rusqlite::Result<Option<i64>> {
    if line.is_none() {
        return Ok(None);
    }
    let sql = "SELECT max(entered) FROM bus_delivery WHERE subscriber = ?1 AND event = ?2 AND line = ?3
        AND line IS NOT NULL AND delayed = 0 AND state IN ('PUBLISHED', 'RESUBMITTED', 'PROCESSING')";
    file.prepare_cached(sql)?.query_row(params![subscriber, event, line], |row| row.get(0))
}

/// How much of a delay is left, in milliseconds: an outbox may have had the event for long.
fn left(envelope: &Envelope) -> Option<u64> {
    let due = envelope.due?;
    Some(due.saturating_sub(wall_clock().max(envelope.time)))
}

/// Stores one delivery per subscriber.
pub(super) fn insert(
    file: &Connection,
    envelope: &Envelope,
    payload: &str,
    to: &[&'static Subscriber],
    now: u64,
) -> rusqlite::Result<()> {
    let written = text(envelope);
    let line = envelope.key.as_deref();
    let delay = left(envelope);
    let mut insert = file.prepare_cached(
        "INSERT INTO bus_delivery
            (event, subscriber, envelope, payload, line, priority, state, delayed, ready, entered, due)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'PUBLISHED', ?7, ?8, ?9, ?10)",
    )?;
    for subscriber in to {
        let last = match delay {
            None => last_of_line(file, subscriber.name, subscriber.event, line)?,
            Some(_) => None,
        };
        // Behind the last of its line, whatever the clock has done since.
        let entered = last.map_or(as_i64(now), |last| last.max(as_i64(now)));
        let due = delay.map_or(0, |delay| as_i64(now.saturating_add(delay)));
        let values = params![
            subscriber.event,
            subscriber.name,
            written,
            payload,
            line,
            envelope.priority,
            delay.is_some(),
            delay.is_none() && last.is_none(),
            entered,
            due
        ];
        insert.execute(values)?;
    }
    Ok(())
}

/// Ends or repeats a claimed delivery.
pub(super) fn next(file: &Connection, claim: &Claim, next: Next, now: u64, keep: bool) -> rusqlite::Result<Ended> {
    let mine = "WHERE id = ?1 AND claim = ?2 AND state = 'PROCESSING'";
    let now = as_i64(now);
    let back = "claim = NULL, owner = NULL";
    let (changed, over) = match next {
        Next::Complete | Next::Expire if keep => {
            let sql = format!("UPDATE bus_delivery SET state = 'COMPLETED', ended = ?3, ready = 0, {back} {mine}");
            (file.prepare_cached(&sql)?.execute(params![claim.delivery, claim.token, now])?, true)
        }
        Next::Complete | Next::Expire => {
            let line = line_of(file, claim)?;
            let sql = format!("DELETE FROM bus_delivery {mine}");
            let changed = file.prepare_cached(&sql)?.execute(params![claim.delivery, claim.token])?;
            if changed > 0
                && let Some(line) = line
            {
                call_up(file, &line)?;
            }
            (changed, false)
        }
        Next::Retry { wait, error } => {
            let sql = format!("UPDATE bus_delivery SET state = 'RESUBMITTED', due = ?3, error = ?4, {back} {mine}");
            let due = now.saturating_add(as_i64(millis(wait)));
            (file.prepare_cached(&sql)?.execute(params![claim.delivery, claim.token, due, error])?, false)
        }
        Next::Bury { error } => {
            let sql =
                format!("UPDATE bus_delivery SET state = 'FAILED', ended = ?3, error = ?4, ready = 0, {back} {mine}");
            (file.prepare_cached(&sql)?.execute(params![claim.delivery, claim.token, now, error])?, true)
        }
        Next::Release => {
            let sql = format!(
                "UPDATE bus_delivery SET state = 'RESUBMITTED', attempts = attempts - 1, due = 0, {back} {mine}"
            );
            (file.prepare_cached(&sql)?.execute(params![claim.delivery, claim.token])?, false)
        }
    };
    if over
        && changed > 0
        && let Some(line) = line_by_id(file, &claim.delivery)?
    {
        call_up(file, &line)?;
    }
    if changed > 0 {
        return Ok(Ended::Now);
    }
    let taken = "SELECT EXISTS (SELECT 1 FROM bus_taken WHERE claim = ?1)";
    let taken: bool = file.prepare_cached(taken)?.query_row([&claim.token], |row| row.get(0))?;
    Ok(if taken { Ended::ByAnother } else { Ended::Before })
}

/// Subscriber, event and key.
pub(super) type Line = (String, String, String);

fn line_of(file: &Connection, claim: &Claim) -> rusqlite::Result<Option<Line>> {
    let sql = "SELECT subscriber, event, line FROM bus_delivery WHERE id = ?1 AND claim = ?2 AND line IS NOT NULL";
    let values = params![claim.delivery, claim.token];
    file.prepare_cached(sql)?.query_row(values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()
}

pub(super) fn line_by_id(file: &Connection, id: &str) -> rusqlite::Result<Option<Line>> {
    let sql = "SELECT subscriber, event, line FROM bus_delivery WHERE id = ?1 AND line IS NOT NULL";
    file.prepare_cached(sql)?.query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()
}

/// The first of a line is done with: the next one is ready.
pub(super) fn call_up(file: &Connection, line: &Line) -> rusqlite::Result<()> {
    let sql = "UPDATE bus_delivery SET ready = 1 WHERE id = (
        SELECT id FROM bus_delivery WHERE subscriber = ?1 AND event = ?2 AND line = ?3 AND line IS NOT NULL
            AND delayed = 0 AND state IN ('PUBLISHED', 'RESUBMITTED', 'PROCESSING') ORDER BY entered, id LIMIT 1)";
    file.prepare_cached(sql)?.execute(params![line.0, line.1, line.2]).map(drop)
}

/// How many deliveries to these subscribers are not done with.
pub(super) fn pending(file: &Connection, of: &[&'static Subscriber]) -> rusqlite::Result<u64> {
    let sql = "SELECT count(*) FROM bus_delivery
        WHERE subscriber = ?1 AND event = ?2 AND state IN ('PUBLISHED', 'RESUBMITTED', 'PROCESSING')";
    let mut count = file.prepare_cached(sql)?;
    let mut pending = 0;
    for subscriber in of {
        let found: i64 = count.query_row(params![subscriber.name, subscriber.event], |row| row.get(0))?;
        pending += found.unsigned_abs();
    }
    Ok(pending)
}

/// The most that one look deletes or archives: claims wait for it, and the rest is for the next.
const AT_ONCE: usize = 1_000;

/// Whether anything was kept long enough.
pub(super) fn prunes(file: &Connection, now: u64, keep: u64) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM bus_delivery WHERE state = 'COMPLETED' AND ended <= ?1)";
    file.prepare_cached(sql)?.query_row([as_i64(now.saturating_sub(keep))], |row| row.get(0))
}

/// Deletes what was kept long enough, or moves it to the archive. Whether there may be more.
pub(super) fn prune(file: &Connection, now: u64, keep: u64, archive: bool) -> rusqlite::Result<bool> {
    let old = "state = 'COMPLETED' AND ended <= ?1 ORDER BY ended LIMIT ?2";
    let values = params![as_i64(now.saturating_sub(keep)), as_i64(AT_ONCE as u64)];
    if archive {
        let copy = format!(
            "INSERT INTO bus_archive (id, event, subscriber, envelope, payload, line, attempts, ended)
             SELECT id, event, subscriber, envelope, payload, line, attempts, ended FROM bus_delivery WHERE {old}"
        );
        file.prepare_cached(&copy)?.execute(values)?;
    }
    let delete = format!("DELETE FROM bus_delivery WHERE id IN (SELECT id FROM bus_delivery WHERE {old})");
    let count = file.prepare_cached(&delete)?.execute(values)?;
    if count > 0 {
        let done = if archive { "archived" } else { "deleted" };
        tracing::info!(count, "completed deliveries were {done}: they had been kept as long as `BUS_KEEP_COMPLETED`");
    }
    Ok(count == AT_ONCE)
}
