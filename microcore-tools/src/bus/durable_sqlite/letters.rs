//! Dead letters, broadcasts and the status, as statements.

use microcore_runtime::context::{Context, Id};
use microcore_runtime::event::{DeadLetter, Envelope, Subscriber, SubscriberStatus};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::columns::{as_i64, text};
use super::deliveries::last_of_line;

/// How long a broadcast is there for processes to find.
const BROADCAST_MILLIS: u64 = 60_000;

const DEAD: &str = "SELECT id, subscriber, event, envelope, payload, error, attempts, ended FROM bus_delivery
     WHERE state = 'FAILED'";

/// Up to `limit` dead letters, the oldest first.
pub(super) fn list(file: &Connection, limit: usize) -> rusqlite::Result<Vec<DeadLetter>> {
    let mut list = file.prepare_cached(&format!("{DEAD} ORDER BY id LIMIT ?1"))?;
    list.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], letter)?.collect()
}

/// The dead letter of this number.
pub(super) fn find(file: &Connection, dead: u64) -> rusqlite::Result<Option<DeadLetter>> {
    file.prepare_cached(&format!("{DEAD} AND id = ?1"))?.query_row([as_i64(dead)], letter).optional()
}

fn letter(row: &Row<'_>) -> rusqlite::Result<DeadLetter> {
    let (id, event, written): (i64, String, String) = (row.get(0)?, row.get(2)?, row.get(3)?);
    // One that can't be read is shown as far as the other columns tell.
    let envelope = serde_json::from_str(&written).unwrap_or_else(|_| {
        let id = Id::adopt(&format!("unreadable-{id}")).expect("letters and digits");
        let mut envelope = Envelope::new(&Context::request(id), None, None, 0);
        envelope.event = event;
        envelope
    });
    let mut letter = DeadLetter::new(id.unsigned_abs(), row.get::<_, String>(1)?, envelope, row.get(4)?);
    letter.error = row.get::<_, Option<String>>(5)?.unwrap_or_default();
    letter.attempts = row.get(6)?;
    letter.failed_at = row.get::<_, Option<i64>>(7)?.unwrap_or_default().unsigned_abs();
    Ok(letter)
}

/// Makes a dead letter wait again, at the end of its line, with all its attempts and without an end.
pub(super) fn replay(file: &Connection, dead: u64, now: u64) -> rusqlite::Result<bool> {
    let find = "SELECT subscriber, event, line, envelope FROM bus_delivery WHERE id = ?1 AND state = 'FAILED'";
    let found = file.prepare_cached(find)?.query_row([as_i64(dead)], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, Option<String>>(2)?,
            row.get::<_, String>(3)?,
        ))
    });
    let Some((subscriber, event, line, written)) = found.optional()? else { return Ok(false) };
    let last = last_of_line(file, &subscriber, &event, line.as_deref())?;
    let entered = last.map_or(as_i64(now), |last| last.max(as_i64(now)));
    let written = match serde_json::from_str::<Envelope>(&written) {
        Ok(mut envelope) => {
            envelope.expires = None;
            text(&envelope)
        }
        Err(_) => written,
    };
    let again = "UPDATE bus_delivery SET state = 'RESUBMITTED', attempts = 0, ready = ?2, delayed = 0, entered = ?3,
        due = 0, ended = NULL, envelope = ?4 WHERE id = ?1";
    file.prepare_cached(again)?.execute(params![as_i64(dead), last.is_none(), entered, written])?;
    Ok(true)
}

/// Deletes a dead letter.
pub(super) fn discard(file: &Connection, dead: u64) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM bus_delivery WHERE id = ?1 AND state = 'FAILED'";
    Ok(file.prepare_cached(sql)?.execute([as_i64(dead)])? > 0)
}

/// How these subscribers stand. Whether one is paused, each process knows of itself.
pub(super) fn status(file: &Connection, of: &[&'static Subscriber]) -> rusqlite::Result<Vec<SubscriberStatus>> {
    let mut count = file.prepare_cached(
        "SELECT coalesce(sum(state IN ('PUBLISHED', 'RESUBMITTED') AND delayed = 0), 0),
            coalesce(sum(state = 'PROCESSING'), 0),
            coalesce(sum(delayed = 1), 0),
            coalesce(sum(state = 'FAILED'), 0)
         FROM bus_delivery WHERE subscriber = ?1 AND event = ?2",
    )?;
    let status = of.iter().map(|subscriber| {
        count.query_row(params![subscriber.name, subscriber.event], |row| {
            let mut status = SubscriberStatus::of(subscriber);
            status.lag = row.get::<_, i64>(0)?.unsigned_abs();
            status.in_flight = row.get::<_, i64>(1)?.unsigned_abs();
            status.delayed = row.get::<_, i64>(2)?.unsigned_abs();
            status.dead = row.get::<_, i64>(3)?.unsigned_abs();
            Ok(status)
        })
    });
    status.collect()
}

/// Sends a broadcast, and deletes those that everybody has had time to hear.
pub(super) fn spread(file: &Connection, envelope: &Envelope, payload: &str, now: u64) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM bus_broadcast WHERE until < ?1")?.execute([as_i64(now)])?;
    let sql = "INSERT INTO bus_broadcast (envelope, payload, until) VALUES (?1, ?2, ?3)";
    file.prepare_cached(sql)?.execute(params![text(envelope), payload, as_i64(now + BROADCAST_MILLIS)]).map(drop)
}

/// The broadcasts after this one.
pub(super) fn heard(file: &Connection, after: i64) -> rusqlite::Result<Vec<(i64, Envelope, String)>> {
    let mut heard = file.prepare_cached("SELECT id, envelope, payload FROM bus_broadcast WHERE id > ?1 ORDER BY id")?;
    let found = heard
        .query_map([after], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?)))?;
    let mut readable = Vec::new();
    for broadcast in found {
        let (id, envelope, payload) = broadcast?;
        match serde_json::from_str(&envelope) {
            Ok(envelope) => readable.push((id, envelope, payload)),
            Err(error) => tracing::error!(%error, "a broadcast can't be read"),
        }
    }
    Ok(readable)
}
