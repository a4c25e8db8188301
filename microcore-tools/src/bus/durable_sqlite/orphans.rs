//! Deliveries to subscribers that the application does not have, as statements: counted, handed to another subscriber,
//! or deleted.

use microcore_runtime::event::Subscriber;
use rusqlite::{Connection, params};

use super::deliveries::call_up;
use crate::bus::stored::Orphan;

/// What is kept for nobody of these.
pub(super) fn list(file: &Connection, known: &[&'static Subscriber]) -> rusqlite::Result<Vec<Orphan>> {
    let mut list = file.prepare_cached(
        "SELECT event, subscriber, sum(state <> 'FAILED'), sum(state = 'FAILED') FROM bus_delivery
         WHERE state <> 'COMPLETED' GROUP BY subscriber, event ORDER BY event, subscriber",
    )?;
    let found = list.query_map([], |row| {
        Ok(Orphan {
            event: row.get(0)?,
            subscriber: row.get(1)?,
            waiting: row.get::<_, i64>(2)?.unsigned_abs(),
            dead: row.get::<_, i64>(3)?.unsigned_abs(),
        })
    })?;
    let is_known = |orphan: &Orphan| known.iter().any(|known| orphan.is_of(known));
    found.filter(|orphan| !orphan.as_ref().is_ok_and(is_known)).collect()
}

/// Hands all of it to a subscriber, in order; gives how many there were. What a process handles now stays with it, and
/// so does what waits behind that in its line.
pub(super) fn adopt(file: &Connection, orphan: &Orphan, by: &Subscriber) -> rusqlite::Result<u64> {
    let take =
        "UPDATE bus_delivery SET subscriber = ?3, event = ?4, ready = CASE WHEN line IS NULL THEN ready ELSE 0 END
        WHERE subscriber = ?1 AND event = ?2 AND state IN ('PUBLISHED', 'RESUBMITTED', 'FAILED')
            AND (line IS NULL OR line NOT IN (SELECT line FROM bus_delivery
                WHERE subscriber = ?1 AND event = ?2 AND state = 'PROCESSING' AND line IS NOT NULL))";
    let moved = file.prepare_cached(take)?.execute(params![orphan.subscriber, orphan.event, by.name, by.event])?;
    // One of each line is the first, and nobody else of it is ready.
    let lines = "SELECT DISTINCT line FROM bus_delivery WHERE subscriber = ?1 AND event = ?2 AND line IS NOT NULL
        AND delayed = 0 AND state IN ('PUBLISHED', 'RESUBMITTED', 'PROCESSING')";
    let mut lines = file.prepare_cached(lines)?;
    let lines = lines.query_map(params![by.name, by.event], |row| row.get::<_, String>(0))?;
    let lines: Vec<String> = lines.collect::<rusqlite::Result<_>>()?;
    let busy = "SELECT EXISTS (SELECT 1 FROM bus_delivery WHERE subscriber = ?1 AND event = ?2 AND line = ?3
        AND line IS NOT NULL AND delayed = 0 AND ready = 1 AND state IN ('PUBLISHED', 'RESUBMITTED', 'PROCESSING'))";
    for line in lines {
        if !file.prepare_cached(busy)?.query_row(params![by.name, by.event, line], |row| row.get::<_, bool>(0))? {
            call_up(file, &(by.name.to_owned(), by.event.to_owned(), line))?;
        }
    }
    Ok(moved as u64)
}

/// Deletes all of it; gives how many there were.
pub(super) fn discard(file: &Connection, orphan: &Orphan) -> rusqlite::Result<u64> {
    let sql = "DELETE FROM bus_delivery WHERE subscriber = ?1 AND event = ?2 AND state <> 'COMPLETED'";
    Ok(file.prepare_cached(sql)?.execute(params![orphan.subscriber, orphan.event])? as u64)
}
