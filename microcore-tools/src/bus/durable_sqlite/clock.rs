//! The store's clock, which never goes back: the wall clock, and what the wall clock was set back by since the store was
//! made. All times in the file are of this clock, so a clock that is set back makes nothing wait for it.

use rusqlite::{Connection, params};

use super::columns::as_i64;

/// How much of a step back may go unnoticed, in milliseconds: so rarely is the clock written.
const COARSE: u64 = 1_000;

/// The store's clock where the wall clock is at `wall`; noted within the caller's transaction.
pub(super) fn tick(file: &Connection, wall: u64) -> rusqlite::Result<u64> {
    let (last, now) = read(file, wall)?;
    if now < last {
        file.prepare_cached("UPDATE bus_clock SET ahead = ?1")?.execute(params![as_i64(last.saturating_sub(wall))])?;
        tracing::warn!(
            back_by_ms = last - now,
            "the clock was set back: what waits for a time waits as long as before"
        );
    } else if now > last + COARSE {
        file.prepare_cached("UPDATE bus_clock SET last = ?1")?.execute(params![as_i64(now)])?;
    }
    Ok(now.max(last))
}

/// The same for somebody who may not write.
pub(super) fn peek(file: &Connection, wall: u64) -> rusqlite::Result<u64> {
    read(file, wall).map(|(last, now)| now.max(last))
}

fn read(file: &Connection, wall: u64) -> rusqlite::Result<(u64, u64)> {
    let sql = "SELECT last, ahead FROM bus_clock";
    let (last, ahead): (i64, i64) = file.prepare_cached(sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((last.unsigned_abs(), wall.saturating_add(ahead.unsigned_abs())))
}
