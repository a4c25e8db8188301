//! Claims, as statements: what is due, whose it is, and what a process left behind when it died.

use microcore_runtime::context::Id;
use microcore_runtime::event::{Envelope, Subscriber};
use rusqlite::{Connection, params};

use super::columns::as_i64;
use super::deliveries::{call_up, line_by_id, line_is_busy};
use crate::bus::stored::{Claim, Claimed};

/// Whether anything is due.
pub(super) fn any(file: &Connection, now: u64) -> rusqlite::Result<bool> {
    let sql = "SELECT
        EXISTS (SELECT 1 FROM bus_delivery
            WHERE ready = 1 AND delayed = 0 AND state IN ('PUBLISHED', 'RESUBMITTED') AND due <= ?1)
        OR EXISTS (SELECT 1 FROM bus_delivery WHERE delayed = 1 AND due <= ?1)";
    file.prepare_cached(sql)?.query_row([as_i64(now)], |row| row.get(0))
}

/// What a process held when its lease ran out waits again.
pub(super) fn recover(file: &Connection, now: u64) -> rusqlite::Result<()> {
    let sql = "UPDATE bus_delivery SET state = 'RESUBMITTED', claim = NULL, owner = NULL, lease = NULL, due = ?1
        WHERE state = 'PROCESSING' AND lease < ?1";
    let recovered = file.prepare_cached(sql)?.execute([as_i64(now)])?;
    if recovered > 0 {
        tracing::warn!(recovered, "deliveries of a process that is gone are taken over");
    }
    Ok(())
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
        file.prepare_cached("UPDATE bus_delivery SET delayed = 0, ready = ?2, entered = due WHERE id = ?1")?;
    for (id, subscriber, event, line) in found {
        let ready = !line_is_busy(file, &subscriber, &event, line.as_deref())?;
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
    lease: u64,
) -> rusqlite::Result<Vec<Claimed>> {
    let mut find = file.prepare_cached(
        "SELECT id, envelope, payload, attempts FROM bus_delivery
         WHERE subscriber = ?1 AND event = ?2 AND ready = 1 AND delayed = 0
            AND state IN ('PUBLISHED', 'RESUBMITTED') AND due <= ?3
         ORDER BY priority DESC, entered, id LIMIT ?4",
    )?;
    let mut take = file.prepare_cached(
        "UPDATE bus_delivery SET state = 'PROCESSING', attempts = attempts + 1, claim = ?2, owner = ?3, lease = ?4
         WHERE id = ?1",
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
            take.execute(params![id, token, owner, as_i64(lease)])?;
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

/// Renews the leases of claims that are not void.
pub(super) fn renew(file: &Connection, claims: &[(&'static Subscriber, Claim)], lease: u64) -> rusqlite::Result<()> {
    let sql = "UPDATE bus_delivery SET lease = ?3 WHERE id = ?1 AND claim = ?2 AND state = 'PROCESSING'";
    let mut renew = file.prepare_cached(sql)?;
    for (_, claim) in claims {
        renew.execute(params![claim.delivery, claim.token, as_i64(lease)])?;
    }
    Ok(())
}
