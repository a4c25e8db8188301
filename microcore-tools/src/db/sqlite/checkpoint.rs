//! The log is copied back into the database file beside the writer, not by it.
//!
//! SQLite's own way is to checkpoint within the commit that fills the log, which makes one caller wait for the whole
//! of it. Here a thread of its own, with a connection of its own, copies the bulk (PASSIVE: it waits for nobody and
//! nobody for it). What the writer appended meanwhile is little; that the writer copies itself between two
//! transactions, after which the log begins anew. A long read holds the log back; then it grows until the read ends.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use crate::db::DbError;
use crate::db::backend::Result;
use crate::db::sqlite::connection::{self, Role};
use crate::db::sqlite::place::Place;
use crate::db::sqlite::settings::SqliteSettings;

/// Pages in the log after which it is copied back: 4 MB, SQLite's own default.
const PAGES: u32 = 1_000;
/// What the writer may copy itself: a few milliseconds at most.
const REST: u32 = 250;
/// A log that grew past this is cut when it begins anew.
const LONGEST_LOG: u32 = 64 << 20;

/// When the log of one database is copied back.
pub(crate) struct Checkpoints {
    settings: SqliteSettings,
    place: Place,
    state: Arc<State>,
    running: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct State {
    /// Pages in the log after the last commit.
    pages: AtomicU32,
    /// The pages at which the next checkpoint begins.
    next: AtomicU32,
    /// A checkpoint is under way.
    busy: AtomicBool,
    /// The writer has little left to copy.
    rest: AtomicBool,
}

impl Checkpoints {
    pub(crate) fn new(settings: SqliteSettings, place: Place) -> Self {
        Self { settings, place, state: Arc::default(), running: Mutex::new(None) }
    }

    /// Takes over from SQLite on the writer's connection.
    pub(crate) fn watch(&self, sqlite: &mut Connection) -> rusqlite::Result<()> {
        let state = Arc::clone(&self.state);
        state.next.store(PAGES, Ordering::Relaxed);
        sqlite.pragma_update_and_check(None, "journal_size_limit", LONGEST_LOG, |_| Ok(()))?;
        // The hook takes the place of SQLite's own, which checkpoints within the commit.
        sqlite.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
            state.pages.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))
    }

    /// Called by the writer between two transactions: begins a checkpoint, or finishes one.
    pub(crate) fn finish(&self, sqlite: &Connection) {
        let state = &self.state;
        let pages = state.pages.load(Ordering::Relaxed);
        if state.rest.swap(false, Ordering::Acquire) {
            if let Err(error) = passive(sqlite) {
                tracing::warn!(%error, "the log could not be copied back; it grows until it can");
            }
            // A read under way may keep the log from beginning anew.
            state.next.store(pages.saturating_add(REST), Ordering::Relaxed);
            return;
        }
        // The log began anew.
        if pages < PAGES {
            state.next.store(PAGES, Ordering::Relaxed);
        }
        if pages >= state.next.load(Ordering::Relaxed) && !state.busy.swap(true, Ordering::Acquire) {
            self.begin();
        }
    }

    /// Waits for the one under way.
    pub(crate) fn wait(&self) {
        if let Some(running) = self.running.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = running.join();
        }
    }

    fn begin(&self) {
        // The one before has ended, but for its last instruction.
        self.wait();
        let (settings, place, state) = (self.settings.clone(), self.place.clone(), Arc::clone(&self.state));
        let copy = move || {
            // Not at once again, whatever comes of it.
            state.next.fetch_add(PAGES, Ordering::Relaxed);
            let copied = connection::open(Role::Writer, &settings, &place, settings.busy_timeout)
                .and_then(|sqlite| passive(&sqlite));
            match copied {
                Ok((log, copied)) if log.saturating_sub(copied) <= REST => state.rest.store(true, Ordering::Release),
                // A reader needs the old pages, or the writer is faster: again when the log has grown as much again.
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "the log could not be copied back; it grows until it can"),
            }
            state.busy.store(false, Ordering::Release);
        };
        match thread::Builder::new().name("microcore-db-log".to_owned()).spawn(copy) {
            Ok(running) => *self.running.lock().unwrap_or_else(PoisonError::into_inner) = Some(running),
            Err(error) => {
                self.state.busy.store(false, Ordering::Release);
                tracing::warn!(%error, "the log could not be copied back; it grows until it can");
            }
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.wait();
    }
}

/// The pages in the log, and those of them that are in the database file now.
fn passive(sqlite: &Connection) -> Result<(u32, u32)> {
    sqlite
        .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)))
        .map(|(log, copied)| (u32::try_from(log).unwrap_or(0), u32::try_from(copied).unwrap_or(0)))
        .map_err(DbError::of_sqlite)
}
