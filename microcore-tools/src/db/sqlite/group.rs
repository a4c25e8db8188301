//! Calls that wait at the same time share one transaction, and so one wait for the disk.
//!
//! In: a call and those that wait behind it. Out: an answer for each, after the commit. An error in one undoes that one
//! and leaves the others whole: a single statement takes back by itself what it did, and where that is not certain,
//! everything is undone and each call is tried alone; several statements have a savepoint, but for those of the first
//! call. Where the transaction as a whole fails, nobody is told of success.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::db::backend::Result;
use crate::db::sqlite::budget::is_spent;
use crate::db::sqlite::call::Call;
use crate::db::sqlite::connection::Held;
use crate::db::{DbError, DbErrorKind};

/// The most calls in one transaction.
const CALLS: usize = 256;
/// After so long nobody else is taken in, so that a slow call keeps few others waiting for their answer.
const TIME: Duration = Duration::from_millis(5);

/// How a transaction ended.
enum Ended {
    /// Every call has its own result.
    Committed,
    /// Nothing was written.
    Failed(DbError),
    /// Nothing was written, because of one call: each is to be tried alone.
    Apart,
}

/// Runs `first` and what `next` gives, and answers them.
pub(crate) fn run(held: &Held, first: Box<dyn Call>, next: impl FnMut() -> Option<Box<dyn Call>>) {
    let mut calls = vec![first];
    match together(held, &mut calls, next) {
        Ended::Committed => calls.into_iter().for_each(|call| call.answer(None)),
        Ended::Apart if calls.len() > 1 => {
            for call in calls {
                // Stopped once, it is not begun again: its time is up, or nobody waits for it.
                if call.failure().is_some_and(is_spent) {
                    call.answer(None);
                    continue;
                }
                let mut alone = vec![call];
                let ended = together(held, &mut alone, || None);
                answer(alone, ended);
            }
        }
        ended => answer(calls, ended),
    }
}

fn answer(calls: Vec<Box<dyn Call>>, ended: Ended) {
    let failure = match ended {
        // Alone, a call that ended its own transaction has the error to show for it.
        Ended::Committed | Ended::Apart => None,
        Ended::Failed(error) => Some(Arc::new(error)),
    };
    for call in calls {
        call.answer(failure.as_ref().map(copy));
    }
}

fn together(held: &Held, calls: &mut Vec<Box<dyn Call>>, mut next: impl FnMut() -> Option<Box<dyn Call>>) -> Ended {
    let sqlite = &held.sqlite;
    let ended = match fill(held, calls, &mut next) {
        // The only call failed and is rolled back already.
        Ok(Ended::Committed) if sqlite.is_autocommit() => Ended::Committed,
        Ok(Ended::Committed) => control(sqlite, "COMMIT").map_or_else(
            // A deferred foreign key is checked here, and one call is to blame for it.
            |error| {
                if error.kind() == DbErrorKind::ForeignKey && calls.len() > 1 {
                    Ended::Apart
                } else {
                    Ended::Failed(error)
                }
            },
            |()| Ended::Committed,
        ),
        Ok(ended) => ended,
        Err(error) => Ended::Failed(error),
    };
    if !sqlite.is_autocommit() {
        // Where this fails too, the writer sees that the transaction is still open and closes the connection.
        let _ = control(sqlite, "ROLLBACK");
    }
    ended
}

/// Begins the transaction and runs the calls in it. `Committed` means: may be.
fn fill(
    held: &Held,
    calls: &mut Vec<Box<dyn Call>>,
    next: &mut impl FnMut() -> Option<Box<dyn Call>>,
) -> Result<Ended> {
    let (sqlite, began) = (&held.sqlite, Instant::now());
    control(sqlite, "BEGIN IMMEDIATE")?;
    let mut ran = 0;
    while let Some(call) = calls.get_mut(ran) {
        // What the first one did is all that there is to undo.
        let saved = ran > 0 && !call.is_single();
        if saved {
            control(sqlite, "SAVEPOINT microcore_call")?;
        }
        held.undone.set(false);
        let succeeded = call.run(held);
        if sqlite.is_autocommit() {
            // SQLite rolled everything back: the disk is full or broken, or the call asked for it (OR ROLLBACK).
            return match call.failure() {
                Some(error) if error.kind() == DbErrorKind::Unavailable => Err(lost(error)),
                _ => Ok(Ended::Apart),
            };
        }
        match (succeeded, saved) {
            (true, false) => {}
            (true, true) => control(sqlite, "RELEASE microcore_call")?,
            (false, true) => {
                control(sqlite, "ROLLBACK TO microcore_call")?;
                control(sqlite, "RELEASE microcore_call")?;
            }
            (false, false) if ran == 0 => control(sqlite, "ROLLBACK")?,
            (false, false) if held.undone.get() => {}
            (false, false) => return Ok(Ended::Apart),
        }
        ran += 1;
        if ran == calls.len() && ran < CALLS && began.elapsed() < TIME {
            calls.extend(next());
        }
        if sqlite.is_autocommit() && ran < calls.len() {
            control(sqlite, "BEGIN IMMEDIATE")?;
        }
    }
    Ok(Ended::Committed)
}

/// One of the tool's own statements, prepared once.
pub(crate) fn control(sqlite: &Connection, sql: &str) -> Result<()> {
    let run = || sqlite.prepare_cached(sql)?.raw_execute();
    run().map(drop).map_err(DbError::of_sqlite)
}

/// The whole transaction went with the call that failed.
fn lost(error: &DbError) -> DbError {
    DbError::unavailable(error.to_string(), "the transaction was rolled back")
}

/// The same failure for each of a group, with one cause.
fn copy(error: &Arc<DbError>) -> DbError {
    let (table, columns) = (error.table().map(str::to_owned), error.columns().to_vec());
    DbError::new(error.kind(), error.to_string()).about(table, columns).caused_by(Shared(Arc::clone(error)))
}

#[derive(Debug)]
struct Shared(Arc<DbError>);

impl fmt::Display for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl std::error::Error for Shared {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&*self.0)
    }
}
