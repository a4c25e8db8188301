//! How long a statement may hold the thread that called it.
//!
//! SQLite calls a progress handler every so many steps of its machine. The first call starts the clock, so a point
//! read, which ends before it, pays nothing. A statement past its budget is interrupted. One step may be long; that is
//! the business of `known`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use microcore_runtime::error::Chain;
use rusqlite::{Connection, Error, ErrorCode};

use crate::db::DbError;

/// Steps of SQLite's machine between two looks: tens of microseconds.
const STEPS: i32 = 1_000;
/// The most looks, so that the budget does not hang on the clock alone.
const LOOKS: u32 = 25;
/// A count of looks from which on nothing is interrupted.
const LIFTED: u32 = u32::MAX / 2;
/// The most time after the first look. A step may be slow: a page from the disk, a `LIKE` over a long text.
pub(crate) const TIME: Duration = Duration::from_micros(500);

/// The budget of one connection's statements.
#[derive(Debug)]
pub(crate) struct Budget(Arc<AtomicU32>);

impl Budget {
    /// Watches every statement of the connection.
    pub(crate) fn watch(sqlite: &mut Connection) -> rusqlite::Result<Self> {
        let looks = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&looks);
        let mut since = Instant::now();
        let spent = move || {
            let look = seen.fetch_add(1, Ordering::Relaxed);
            if look >= LIFTED {
                return false;
            }
            if look == 0 {
                since = Instant::now();
            }
            look >= LOOKS || since.elapsed() > TIME
        };
        sqlite.progress_handler(STEPS, Some(spent))?;
        Ok(Self(looks))
    }

    /// Interrupts nothing until it is renewed.
    pub(crate) fn lift(&self) {
        self.0.store(LIFTED, Ordering::Relaxed);
    }

    /// Gives the next statement a new budget.
    pub(crate) fn renew(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// Whether a statement was interrupted.
pub(crate) fn is_spent(error: &DbError) -> bool {
    let cause = Chain::of(error).find_map(|cause| cause.downcast_ref::<Error>());
    cause.and_then(Error::sqlite_error_code) == Some(ErrorCode::OperationInterrupted)
}
