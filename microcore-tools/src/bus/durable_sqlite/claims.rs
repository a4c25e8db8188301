//! Claims, as statements: what is due and when the next is, and whose it is.

use microcore_runtime::context::Id;
use microcore_runtime::event::{Envelope, Subscriber};
use rusqlite::{Connection, params};

use super::columns::as_i64;
use super::deliveries::{call_up, last_of_line, line_by_id};
use crate::bus::stored::{Claim, Claimed};

/// When the next delivery is due that one of these subscribers may claim, or that enters its line; 0 for at once.
pub(super) fn next_due(file: &Connection, room: &[(&'static Subscriber, usize)]) -> rusqlite::Result<Option<u64>> {
    let delayed = "SELECT min(due) FROM bus_delivery WHERE delayed = 1";
    let mut next: Option<i64> = file.prepare_cached(delayed)?.query_row([], |row| row.get(0))?;
    let mut find = file.prepare_cached(
        "SELECT min(due) FROM bus_delivery WHERE subscriber = ?1 AND event = ?2
            AND ready = 1 AND delayed = 0 AND state IN ('PUBLISHED', 'RESUBMITTED')",
    )?;
    for (subscriber, room) in room {
        if *room > 0 {
            let due: Option<i64> = find.query_row(params![subscriber.name, subscriber.event], |row| row.get(0))?;
            next = next.into_iter().chain(due).min();
        }
    }
    Ok(next.map(|due| u64::try_from(due).unwrap_or_default()))
}

/// Delayed deliveries that are due enter their lines, the one that was due first in front.
pub(super) fn promote(file: &Connection, now: u64) -> rusqlite::Result<()> {
    let mut due = file.prepare_cached(
        "SELECT id, subscriber, event, line FROM bus_delivery WHERE delayed = 1 AND due <= ?1 ORDER BY due, id LIMIT 512",
    )?;
    let found = due.query_map([as_i64(now)], |row| {
        Ok((
            row.get::<_, i64>(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
            row.get::<_, Option<String>>(3)?,
        ))
    })?;
    let found: Vec<_> = found.collect::<rusqlite::Result<_>>()?;
    let mut enter =
        file.prepare_cached("UPDATE bus_delivery SET delayed = 0, ready = ?2, entered = due, due = 0 WHERE id = ?1")?;
    for (id, subscriber, event, line) in found {
        let ready = last_of_line(file, &subscriber, &event, line.as_deref())?.is_none();
        enter.execute(params![id, ready])?;
    }
    Ok(())
}

/// Claims what is due, at most so many per subscriber.
pub(super) fn claim(
    file: &Connection,
    room: &[(&'static Subscriber, usize)],
    owner: &str,
    now: u64,
) -> rusqlite::Result<Vec<Claimed>> {
    let mut find = file.prepare_cached(
        "SELECT id, envelope, payload, attempts FROM bus_delivery
         WHERE subscriber = ?1 AND event = ?2 AND ready = 1 AND delayed = 0
            AND state IN ('PUBLISHED', 'RESUBMITTED') AND due <= ?3
         ORDER BY priority DESC, entered, id LIMIT ?4",
    )?;
    let mut take = file.prepare_cached(
        "UPDATE bus_delivery SET state = 'PROCESSING', attempts = attempts + 1, claim = ?2, owner = ?3 WHERE id = ?1",
    )?;
    let mut claimed = Vec::new();
    for (subscriber, room) in room {
        let values = params![subscriber.name, subscriber.event, as_i64(now), as_i64(*room as u64)];
        let found = find.query_map(values, |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, u32>(3)?))
        })?;
        for (id, envelope, payload, attempts) in found.collect::<rusqlite::Result<Vec<_>>>()? {
            let envelope: Envelope = match serde_json::from_str(&envelope) {
                Ok(envelope) => envelope,
                Err(error) => {
                    unreadable(file, id, subscriber, &error.to_string(), now)?;
                    continue;
                }
            };
            let token = Id::make().to_string();
            take.execute(params![id, token, owner])?;
            let claim = Claim { delivery: id.to_string(), token };
            claimed.push(Claimed { claim, subscriber, envelope, payload, attempt: attempts + 1 });
        }
    }
    Ok(claimed)
}

/// What nobody can read is a dead letter as it is.
fn unreadable(file: &Connection, id: i64, subscriber: &Subscriber, why: &str, now: u64) -> rusqlite::Result<()> {
    let error = format!("the stored envelope can't be read: {why}");
    tracing::error!(%subscriber, event = subscriber.event, error, "delivery failed for good");
    let sql = "UPDATE bus_delivery SET state = 'FAILED', ready = 0, error = ?2, ended = ?3 WHERE id = ?1";
    file.prepare_cached(sql)?.execute(params![id, error, as_i64(now)])?;
    if let Some(line) = line_by_id(file, &id.to_string())? {
        call_up(file, &line)?;
    }
    Ok(())
}
