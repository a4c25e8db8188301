//! Who is alive, as statements: the beats of this process, what one that died held, and what stands under this process's
//! name without its knowledge.

use std::collections::HashSet;

use rusqlite::{Connection, params};

use super::columns::as_i64;

/// What nobody counts for.
const NO_BEAT: i64 = -1;
/// How long it is remembered that a claim was taken away, in milliseconds.
const DAY: u64 = 86_400_000;

/// Tells the others that this process is alive.
pub(super) fn beat(file: &Connection, owner: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO bus_process (owner, beat) VALUES (?1, 1) ON CONFLICT (owner) DO UPDATE SET beat = beat + 1";
    file.prepare_cached(sql)?.execute([owner]).map(drop)
}

/// This process goes. What it holds still is found by its name.
pub(super) fn leave(file: &Connection, owner: &str) -> rusqlite::Result<()> {
    file.prepare_cached("DELETE FROM bus_process WHERE owner = ?1")?.execute([owner]).map(drop)
}

/// The others that beat or hold something, each with its last beat.
pub(super) fn others(file: &Connection, owner: &str) -> rusqlite::Result<Vec<(String, i64)>> {
    let sql = "SELECT owner, beat FROM bus_process WHERE owner <> ?1
        UNION SELECT owner, ?2 FROM bus_delivery
            WHERE state = 'PROCESSING' AND owner <> ?1 AND owner NOT IN (SELECT owner FROM bus_process)";
    let mut others = file.prepare_cached(sql)?;
    others.query_map(params![owner, NO_BEAT], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// What a process held waits again, unless it has beaten since.
pub(super) fn inherit(file: &Connection, owner: &str, beat: i64, now: u64) -> rusqlite::Result<usize> {
    let there = "SELECT coalesce((SELECT beat FROM bus_process WHERE owner = ?1), ?2)";
    let there: i64 = file.prepare_cached(there)?.query_row(params![owner, NO_BEAT], |row| row.get(0))?;
    if there != beat {
        return Ok(0);
    }
    let note = "INSERT OR IGNORE INTO bus_taken (claim, time)
        SELECT claim, ?2 FROM bus_delivery WHERE state = 'PROCESSING' AND owner = ?1 AND claim IS NOT NULL";
    file.prepare_cached(note)?.execute(params![owner, as_i64(now)])?;
    file.prepare_cached("DELETE FROM bus_taken WHERE time < ?1")?.execute([as_i64(now.saturating_sub(DAY))])?;
    let back = "UPDATE bus_delivery SET state = 'RESUBMITTED', claim = NULL, owner = NULL, due = 0
        WHERE state = 'PROCESSING' AND owner = ?1";
    let taken = file.prepare_cached(back)?.execute([owner])?;
    leave(file, owner)?;
    if taken > 0 {
        tracing::warn!(taken, process = owner, "deliveries of a process that is gone are taken over");
    }
    Ok(taken)
}

/// What this process claimed and does not know of goes back as it was.
pub(super) fn recall(file: &Connection, owner: &str, held: &HashSet<String>) -> rusqlite::Result<usize> {
    let mut mine = file
        .prepare_cached("SELECT id, coalesce(claim, '') FROM bus_delivery WHERE state = 'PROCESSING' AND owner = ?1")?;
    let mine = mine.query_map([owner], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))?;
    let mine: Vec<_> = mine.collect::<rusqlite::Result<_>>()?;
    let mut back = file.prepare_cached(
        "UPDATE bus_delivery SET state = 'RESUBMITTED', attempts = max(attempts - 1, 0), claim = NULL, owner = NULL,
            due = 0 WHERE id = ?1",
    )?;
    let unknown = mine.iter().filter(|(_, claim)| !held.contains(claim));
    unknown.map(|(id, _)| back.execute([id])).sum()
}
