//! The open file, and the contract of a store on it.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use microcore_runtime::context::Id;
use microcore_runtime::error::{Error, Unavailable};
use microcore_runtime::event::{DeadLetter, Envelope, Subscriber, SubscriberStatus, millis, wall_clock};
use rusqlite::Connection;
use tokio::sync::Notify;

use super::writer::{Writer, unavailable};
use super::{DurableSqliteSettings, claims, deliveries, letters};
use crate::bus::stored::queue::Result;
use crate::bus::stored::{Claim, Claimed, Next, Queue};
use crate::temporary::TemporaryFolder;

/// How long another process may hold the file before a call fails.
const BUSY: Duration = Duration::from_secs(10);

/// Events in a SQLite file.
#[derive(Debug)]
pub struct SqliteQueue {
    writer: Mutex<Option<Arc<Writer>>>,
    reader: Arc<Mutex<Connection>>,
    settings: DurableSqliteSettings,
    /// This process, in this run.
    owner: String,
    changed: Notify,
    /// Whether this process knows that there may be something to claim.
    dirty: AtomicBool,
    /// When leases of others are looked at next.
    leases: AtomicU64,
    /// The last broadcast that was heard.
    heard: AtomicI64,
    /// Completed, and deleted at once, since that was last said.
    completed: AtomicU64,
    /// In a test the folder goes with the store.
    folder: Option<TemporaryFolder>,
}

impl SqliteQueue {
    /// Opens the file, and makes its tables where they are missing.
    pub(super) async fn open(mut settings: DurableSqliteSettings, test: bool) -> Result<Self> {
        // A test that names no file has one of its own.
        let folder = (test && settings.path.as_os_str() == "bus.db").then(TemporaryFolder::make).transpose();
        let folder = folder.map_err(|error| Unavailable::because(format!("a temporary folder: {error}")))?;
        if let Some(folder) = &folder {
            settings.path = folder.path().join("bus.db");
        }
        let path = settings.path.clone();
        let opened = tokio::task::spawn_blocking(move || {
            let open = || -> rusqlite::Result<_> {
                let connection = Connection::open(&path)?;
                connection.busy_timeout(BUSY)?;
                connection.set_prepared_statement_cache_capacity(64);
                connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
                connection.pragma_update(None, "synchronous", "FULL")?;
                connection.execute_batch(concat!("BEGIN IMMEDIATE;", include_str!("schema.sql"), "COMMIT;"))?;
                let reader = Connection::open(&path)?;
                reader.busy_timeout(BUSY)?;
                let heard = "SELECT coalesce(max(id), 0) FROM bus_broadcast";
                let heard: i64 = reader.query_row(heard, [], |row| row.get(0))?;
                Ok((connection, reader, heard))
            };
            open().map_err(|error| Unavailable::because(format!("the store of events `{}`: {error}", path.display())))
        });
        let (connection, reader, heard) =
            opened.await.map_err(|_| Unavailable::because("the runtime is shutting down"))??;
        let writer = Writer::start(connection).map_err(|error| Unavailable::because(error.to_string()))?;
        Ok(Self {
            writer: Mutex::new(Some(Arc::new(writer))),
            reader: Arc::new(Mutex::new(reader)),
            settings,
            owner: format!("{}-{}", std::process::id(), Id::make()),
            changed: Notify::new(),
            dirty: AtomicBool::new(true),
            leases: AtomicU64::new(0),
            heard: AtomicI64::new(heard),
            completed: AtomicU64::new(0),
            folder,
        })
    }

    async fn write<T: Send + 'static>(
        &self,
        sync: bool,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        writer.ok_or_else(|| Unavailable::because("the store of events is closed"))?.write(sync, work).await
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let reader = Arc::clone(&self.reader);
        let read =
            move || work(&reader.lock().unwrap_or_else(PoisonError::into_inner)).map_err(|error| unavailable(&error));
        tokio::task::spawn_blocking(read).await.map_err(|_| Unavailable::because("the runtime is shutting down"))?
    }

    /// Whether a completed delivery stays for a while; else it is deleted with its completion.
    fn keeps_completed(&self) -> bool {
        self.settings.archive || !self.settings.keep_completed.is_zero()
    }

    fn tell_completed(&self) {
        let deleted @ 1.. = self.completed.swap(0, Ordering::Relaxed) else { return };
        tracing::info!(deleted, "completed deliveries were deleted, as `BUS_KEEP_COMPLETED` and `BUS_ARCHIVE` say");
    }

    /// Whether it is time to look for processes that died.
    fn looks_at_leases(&self, now: u64) -> bool {
        let next = now + millis(self.settings.lease) / 3;
        self.leases.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |due| (due <= now).then_some(next)).is_ok()
    }

    async fn claim_for(&self, room: Vec<(&'static Subscriber, usize)>) -> Result<Vec<Claimed>> {
        if room.is_empty() {
            return Ok(Vec::new());
        }
        let now = wall_clock();
        let leases = self.looks_at_leases(now);
        // A look costs far less than a transaction that finds nothing.
        if !self.dirty.swap(false, Ordering::AcqRel)
            && !leases
            && !self.read(move |file| claims::any(file, now)).await?
        {
            return Ok(Vec::new());
        }
        if leases {
            self.tell_completed();
        }
        let (owner, lease) = (self.owner.clone(), now + millis(self.settings.lease));
        let (keep, archive) = (millis(self.settings.keep_completed), self.settings.archive);
        let (claimed, more) = self
            .write(false, move |connection| {
                if leases {
                    claims::recover(connection, now)?;
                }
                let more = leases && deliveries::prune(connection, now, keep, archive)?;
                claims::promote(connection, now)?;
                Ok((claims::claim(connection, &room, &owner, now, lease)?, more))
            })
            .await?;
        if more {
            // Whatever the pace of completions, what was kept long enough goes: the next look deletes too.
            self.leases.store(0, Ordering::Relaxed);
        }
        Ok(claimed)
    }
}

impl Queue for SqliteQueue {
    async fn enqueue(
        &self,
        envelope: &Envelope,
        payload: &str,
        to: &[&'static Subscriber],
        spread: bool,
    ) -> Result<()> {
        let (envelope, payload, to) = (envelope.clone(), payload.to_owned(), to.to_vec());
        // A broadcast need not survive: it waits for no disk.
        self.write(!to.is_empty(), move |connection| {
            if spread {
                letters::spread(connection, &envelope, &payload, wall_clock())?;
            }
            deliveries::insert(connection, &envelope, &payload, &to)
        })
        .await
    }

    async fn claim(&self, room: Vec<(&'static Subscriber, usize)>) -> (Vec<Claimed>, Result<()>) {
        // One transaction for all: it fails as a whole.
        match self.claim_for(room).await {
            Ok(claimed) => (claimed, Ok(())),
            Err(error) => (Vec::new(), Err(error)),
        }
    }

    async fn next(&self, claimed: &Claimed, next: Next) -> Result<bool> {
        let (claim, keep) = (claimed.claim.clone(), self.keeps_completed());
        let completes = matches!(next, Next::Complete | Next::Expire);
        let mine = self.write(false, move |file| deliveries::next(file, &claim, next, wall_clock(), keep)).await?;
        if completes && mine && !keep {
            self.completed.fetch_add(1, Ordering::Relaxed);
        }
        Ok(mine)
    }

    async fn renew(&self, claims: Vec<(&'static Subscriber, Claim)>) -> Result<()> {
        let lease = wall_clock() + millis(self.settings.lease);
        self.write(false, move |connection| claims::renew(connection, &claims, lease)).await
    }

    fn lease(&self) -> Duration {
        self.settings.lease
    }

    async fn stirs(&self) {
        // Nothing tells of other processes' events: they are found when it is time to look.
        let _ = tokio::time::timeout(self.settings.poll, self.changed.notified()).await;
    }

    fn stir(&self) {
        self.dirty.store(true, Ordering::Release);
        self.changed.notify_one();
    }

    async fn pending(&self, of: &[&'static Subscriber]) -> Result<u64> {
        let of = of.to_vec();
        self.read(move |connection| deliveries::pending(connection, &of)).await
    }

    async fn status(&self, of: &[&'static Subscriber]) -> Result<Vec<SubscriberStatus>> {
        let of = of.to_vec();
        self.read(move |connection| letters::status(connection, &of)).await
    }

    async fn dead(&self, _of: &[&'static Subscriber], limit: usize) -> Result<Vec<DeadLetter>> {
        self.read(move |connection| letters::list(connection, limit)).await
    }

    async fn letter(&self, _of: &[&'static Subscriber], dead: u64) -> Result<Option<DeadLetter>> {
        self.read(move |connection| letters::find(connection, dead)).await
    }

    async fn replay(&self, _of: &[&'static Subscriber], dead: u64) -> Result<bool> {
        self.write(true, move |connection| letters::replay(connection, dead, wall_clock())).await
    }

    async fn discard(&self, _of: &[&'static Subscriber], dead: u64) -> Result<bool> {
        self.write(true, move |connection| letters::discard(connection, dead)).await
    }

    async fn heard(&self) -> Result<Vec<(Envelope, String)>> {
        let after = self.heard.load(Ordering::Acquire);
        let heard = self.read(move |connection| letters::heard(connection, after)).await?;
        if let Some((last, ..)) = heard.last() {
            self.heard.store(*last, Ordering::Release);
        }
        Ok(heard.into_iter().map(|(_, envelope, payload)| (envelope, payload)).collect())
    }

    async fn check(&self) -> std::result::Result<(), Error> {
        Ok(self.read(|connection| connection.query_row("SELECT 1", [], |_| Ok(()))).await?)
    }

    async fn close(&self) {
        self.tell_completed();
        // Whoever writes still holds the writer until it is answered.
        drop(self.writer.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(folder) = &self.folder {
            folder.delete();
        }
    }
}
