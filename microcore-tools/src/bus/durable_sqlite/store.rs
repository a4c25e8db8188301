//! The open file, and the contract of a store on it.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use microcore_runtime::context::Id;
use microcore_runtime::error::{Error, Unavailable};
use microcore_runtime::event::{DeadLetter, Envelope, Subscriber, SubscriberStatus, millis, wall_clock};
use rusqlite::Connection;
use tokio::sync::Notify;

use super::watch::Watch;
use super::writer::{Writer, unavailable};
use super::{DurableSqliteSettings, claims, clock, deliveries, letters, orphans, processes};
use crate::beats::Beats;
use crate::bus::stored::queue::Result;
use crate::bus::stored::{AT_THE_LATEST, Claim, Claimed, Ended, Next, Orphan, Queue};
use crate::temporary::TemporaryFolder;
use crate::wal;

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
    /// Whether the file was written by others.
    watch: Watch,
    /// Whether this process knows that there may be something to claim.
    dirty: AtomicBool,
    /// When the next delivery is due, as far as the last look knows.
    due: Mutex<Option<Instant>>,
    /// The others, and how long each has stood still.
    others: Mutex<Beats>,
    /// Whether there may be broadcasts.
    unheard: AtomicBool,
    /// The last broadcast that was heard.
    heard: AtomicI64,
    /// Completed, and deleted at once, since that was last said.
    completed: AtomicU64,
    /// How often the file was asked or written.
    #[cfg(test)]
    pub(super) calls: AtomicU64,
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
        let watch = Watch::of(&path, settings.poll);
        let opened = tokio::task::spawn_blocking(move || {
            let open = || -> rusqlite::Result<_> {
                let connection = Connection::open(&path)?;
                connection.busy_timeout(BUSY)?;
                connection.set_prepared_statement_cache_capacity(64);
                wal::switch_on(&connection)?;
                connection.pragma_update(None, "synchronous", "FULL")?;
                connection.execute_batch(concat!("BEGIN IMMEDIATE;", include_str!("schema.sql"), "COMMIT;"))?;
                let reader = Connection::open(&path)?;
                reader.busy_timeout(BUSY)?;
                reader.set_prepared_statement_cache_capacity(64);
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
            watch,
            dirty: AtomicBool::new(true),
            due: Mutex::default(),
            others: Mutex::default(),
            unheard: AtomicBool::new(true),
            heard: AtomicI64::new(heard),
            completed: AtomicU64::new(0),
            #[cfg(test)]
            calls: AtomicU64::new(0),
            folder,
        })
    }

    async fn write<T: Send + 'static>(
        &self,
        sync: bool,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        #[cfg(test)]
        self.calls.fetch_add(1, Ordering::Relaxed);
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        writer.ok_or_else(|| Unavailable::because("the store of events is closed"))?.write(sync, work).await
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        #[cfg(test)]
        self.calls.fetch_add(1, Ordering::Relaxed);
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

    /// When the next delivery is due.
    fn due(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes when the next is due, by the monotonic clock; whether that is now.
    fn note(&self, next: Option<u64>, now: u64) -> bool {
        let at = next.and_then(|next| Instant::now().checked_add(Duration::from_millis(next.saturating_sub(now))));
        *self.due() = at;
        next.is_some_and(|next| next <= now)
    }

    fn is_due(&self) -> bool {
        self.due().is_some_and(|due| due <= Instant::now())
    }

    async fn claim_for(&self, mut room: Vec<(&'static Subscriber, usize)>) -> Result<Vec<Claimed>> {
        if self.is_due() {
            // What can't be claimed now is looked for when somebody has room.
            *self.due() = None;
            self.dirty.store(true, Ordering::Release);
        }
        if room.is_empty() || !self.dirty.swap(false, Ordering::AcqRel) {
            return Ok(Vec::new());
        }
        // A look costs far less than a transaction that finds nothing.
        let looks = room.clone();
        let looked = self.read(move |file| Ok((claims::next_due(file, &looks)?, clock::peek(file, wall_clock())?)));
        match looked.await {
            Ok((next, now)) if self.note(next, now) => {}
            Ok(_) => return Ok(Vec::new()),
            Err(error) => {
                self.dirty.store(true, Ordering::Release);
                return Err(error);
            }
        }
        let owner = self.owner.clone();
        let claimed = self.write(false, move |file| {
            let now = clock::tick(file, wall_clock())?;
            claims::promote(file, now)?;
            let claimed = claims::claim(file, &room, &owner, now)?;
            if !claimed.is_empty() {
                processes::beat(file, &owner)?;
            }
            // Who has no room left comes back when it has some.
            for (subscriber, room) in &mut room {
                *room -= claimed.iter().filter(|claimed| claimed.subscriber.number == subscriber.number).count();
            }
            Ok((claimed, claims::next_due(file, &room)?, now))
        });
        match claimed.await {
            Ok((claimed, next, now)) => {
                self.note(next, now);
                Ok(claimed)
            }
            Err(error) => {
                self.dirty.store(true, Ordering::Release);
                Err(error)
            }
        }
    }

    /// Deletes or archives what was kept long enough, a part at a time: claims come between.
    async fn prune(&self) -> Result<()> {
        let (keep, archive) = (millis(self.settings.keep_completed), self.settings.archive);
        let due = move |file: &Connection| deliveries::prunes(file, clock::peek(file, wall_clock())?, keep);
        if !self.read(due).await? {
            return Ok(());
        }
        let part = move |file: &Connection| deliveries::prune(file, clock::tick(file, wall_clock())?, keep, archive);
        while self.write(false, part).await? {}
        Ok(())
    }

    fn others(&self) -> std::sync::MutexGuard<'_, Beats> {
        self.others.lock().unwrap_or_else(PoisonError::into_inner)
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
        let stored = self.write(!to.is_empty(), move |connection| {
            let now = clock::tick(connection, wall_clock())?;
            if spread {
                letters::spread(connection, &envelope, &payload, now)?;
            }
            deliveries::insert(connection, &envelope, &payload, &to, now)
        });
        stored.await?;
        if spread {
            self.unheard.store(true, Ordering::Release);
        }
        Ok(())
    }

    async fn claim(&self, room: Vec<(&'static Subscriber, usize)>) -> (Vec<Claimed>, Result<()>) {
        // One transaction for all: it fails as a whole.
        match self.claim_for(room).await {
            Ok(claimed) => (claimed, Ok(())),
            Err(error) => (Vec::new(), Err(error)),
        }
    }

    async fn next(&self, claimed: &Claimed, next: Next) -> Result<Ended> {
        let (claim, keep) = (claimed.claim.clone(), self.keeps_completed());
        let completes = matches!(next, Next::Complete | Next::Expire);
        let ended = self.write(false, move |file| {
            let now = clock::tick(file, wall_clock())?;
            deliveries::next(file, &claim, next, now, keep)
        });
        let ended = ended.await?;
        if completes && ended == Ended::Now && !keep {
            self.completed.fetch_add(1, Ordering::Relaxed);
        }
        Ok(ended)
    }

    fn beat(&self) -> Result<()> {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (writer, owner) = (writer.ok_or_else(|| Unavailable::because("the store is closed"))?, self.owner.clone());
        writer.write_blocking(move |file| processes::beat(file, &owner))
    }

    async fn inherit(&self) -> Result<()> {
        let owner = self.owner.clone();
        let others = self.read(move |file| processes::others(file, &owner)).await?;
        let gone = self.others().gone(others, self.settings.lease);
        for (owner, beat) in gone {
            let taken = self.write(false, move |file| {
                let now = clock::tick(file, wall_clock())?;
                processes::inherit(file, &owner, beat, now)
            });
            if taken.await? > 0 {
                self.dirty.store(true, Ordering::Release);
            }
        }
        self.tell_completed();
        self.prune().await
    }

    async fn recall(&self, held: Vec<(&'static Subscriber, Claim)>) -> Result<()> {
        let held: HashSet<String> = held.into_iter().map(|(_, claim)| claim.token).collect();
        let owner = self.owner.clone();
        if self.write(false, move |file| processes::recall(file, &owner, &held)).await? > 0 {
            self.dirty.store(true, Ordering::Release);
        }
        Ok(())
    }

    fn lease(&self) -> Duration {
        self.settings.lease
    }

    async fn stirs(&self) {
        let latest = Instant::now() + AT_THE_LATEST;
        loop {
            if self.watch.changed() {
                self.dirty.store(true, Ordering::Release);
                self.unheard.store(true, Ordering::Release);
                return;
            }
            let now = Instant::now();
            let due = *self.due();
            let wait = due.unwrap_or(latest).min(latest).saturating_duration_since(now).min(self.settings.poll);
            if wait.is_zero() || tokio::time::timeout(wait, self.changed.notified()).await.is_ok() {
                return;
            }
        }
    }

    fn stir(&self, _whose: &[&'static Subscriber]) {
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
        self.write(true, move |file| letters::replay(file, dead, clock::tick(file, wall_clock())?)).await
    }

    async fn discard(&self, _of: &[&'static Subscriber], dead: u64) -> Result<bool> {
        self.write(true, move |connection| letters::discard(connection, dead)).await
    }

    async fn orphans(&self, known: &[&'static Subscriber]) -> Result<Vec<Orphan>> {
        let known = known.to_vec();
        self.read(move |file| orphans::list(file, &known)).await
    }

    async fn adopt(&self, orphan: &Orphan, by: &'static Subscriber) -> Result<u64> {
        let orphan = orphan.clone();
        self.write(true, move |file| orphans::adopt(file, &orphan, by)).await
    }

    async fn drop_orphan(&self, orphan: &Orphan) -> Result<u64> {
        let orphan = orphan.clone();
        self.write(true, move |file| orphans::discard(file, &orphan)).await
    }

    fn file(&self) -> Option<PathBuf> {
        std::fs::canonicalize(&self.settings.path).ok()
    }

    async fn heard(&self) -> Result<Vec<(Envelope, String)>> {
        if !self.unheard.swap(false, Ordering::AcqRel) {
            return Ok(Vec::new());
        }
        let after = self.heard.load(Ordering::Acquire);
        let heard = self.read(move |connection| letters::heard(connection, after)).await;
        let heard = heard.inspect_err(|_| self.unheard.store(true, Ordering::Release))?;
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
        let owner = self.owner.clone();
        // What it holds still is found by its name; a file that can't be written costs the others a lease.
        let _ = self.write(false, move |file| processes::leave(file, &owner)).await;
        // Whoever writes still holds the writer until it is answered.
        drop(self.writer.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(folder) = &self.folder {
            folder.delete();
        }
    }
}
