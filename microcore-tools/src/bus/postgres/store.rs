//! The open store, and the contract of a store on it.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use microcore_runtime::context::Id;
use microcore_runtime::error::{Error, Unavailable};
use microcore_runtime::event::{DeadLetter, Envelope, Subscriber, SubscriberStatus};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::settings::{FromSetting as _, Problems};
use tokio::sync::Notify;

use super::orders::{Order, line_of};
use super::processes::Beating;
use super::session::{Failure, Server, Session, Sql};
use super::writer::{Orders, Writer};
use super::{InPostgresSettings, arrivals, claims, letters, orphans, processes, tables};
use crate::beats::Beats;
use crate::bus::stored::queue::Result;
use crate::bus::stored::{AT_THE_LATEST, Claim, Claimed, Ended, Next, Orphan, Queue};
use crate::postgres::{Address, Bell, Pooler, Tls};

/// The channel on which processes wake each other.
const CHANNEL: &str = "_microcore_bus";
/// They do so no more often than this.
const GAP: Duration = Duration::from_millis(10);
/// Where something is due that others are about to take, so long until the next look.
const SOON: Duration = Duration::from_millis(5);

static PING: Sql = Sql { text: "SELECT 1", types: &[] };

/// Events in a PostgreSQL database.
#[derive(Debug)]
pub struct PostgresQueue {
    settings: InPostgresSettings,
    server: Server,
    /// This process, in this run.
    owner: String,
    writer: Mutex<Option<Writer>>,
    orders: Mutex<Option<Orders>>,
    claims: Session,
    /// Everything else that is asked.
    asks: Session,
    beating: Beating,
    signs: Arc<Signs>,
    bell: OnceLock<Option<Bell>>,
    others: Mutex<Beats>,
    /// When the next delivery is due, as far as the last look knows.
    due: Mutex<Option<Instant>>,
    looked: Mutex<Option<Instant>>,
    /// The last broadcast that was heard.
    heard: AtomicI64,
    /// Whether it is the database whose transactions keep events.
    has_outbox: bool,
    /// A test that names no database has a schema of its own.
    schema: Option<String>,
}

/// What may have happened.
#[derive(Debug)]
struct Signs {
    changed: Notify,
    /// There may be something to claim.
    dirty: AtomicBool,
    /// There may be broadcasts.
    unheard: AtomicBool,
}

impl Signs {
    fn all(&self) {
        self.dirty.store(true, Ordering::Release);
        self.unheard.store(true, Ordering::Release);
        self.changed.notify_one();
    }
}

impl PostgresQueue {
    pub(super) async fn open(settings: InPostgresSettings, boot: &Boot) -> microcore_runtime::error::Result<Self> {
        let shared = boot.environment.get("PG_URL").unwrap_or_default();
        let own = settings.url.expose().as_str();
        let (key, url) = if own.is_empty() { ("PG_URL", shared) } else { ("BUS_URL", own) };
        let schema = (boot.test && own.is_empty())
            .then(|| format!("microcore_test_{}", Id::make()).to_lowercase().replace('-', "_"));
        let mut server = server(key, url, boot.environment.get("PG_POOLER"))?;
        if let Some(schema) = &schema {
            let client = server.connect().await.map_err(Unavailable::from)?;
            let made = client.batch_execute(&format!("CREATE SCHEMA {schema}")).await;
            made.map_err(|error| Unavailable::from(Failure::of(&error)))?;
            server.session = Some(format!("SET search_path = {schema}"));
        }
        tables::make(&server).await?;
        let owner = format!("{}-{}", std::process::id(), Id::make());
        let asks = Session::to(server.clone());
        let heard = claims::look(&asks, &[]).await.map_err(Unavailable::from)?.broadcast;
        let writer = Writer::start(server.clone());
        let signs = Signs { changed: Notify::new(), dirty: AtomicBool::new(true), unheard: AtomicBool::new(true) };
        Ok(Self {
            has_outbox: !boot.test && url == shared,
            orders: Mutex::new(Some(writer.giver())),
            writer: Mutex::new(Some(writer)),
            claims: Session::to(server.clone()),
            asks,
            beating: Beating::of(server.clone(), &owner),
            signs: Arc::new(signs),
            bell: OnceLock::new(),
            others: Mutex::default(),
            due: Mutex::default(),
            looked: Mutex::default(),
            heard: AtomicI64::new(heard),
            schema,
            settings,
            server,
            owner,
        })
    }

    async fn give(&self, order: Order) -> Result<Ended> {
        let orders = self.orders.lock().unwrap_or_else(PoisonError::into_inner).clone();
        orders.ok_or_else(|| Unavailable::because("the store of events is closed"))?.give(order).await
    }

    /// The others may have something to do.
    fn ring(&self) {
        if let Some(Some(bell)) = self.bell.get() {
            bell.ring();
        }
    }

    fn due(&self) -> MutexGuard<'_, Option<Instant>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn looked(&self) -> MutexGuard<'_, Option<Instant>> {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When it is looked without any sign.
    fn polls(&self) -> Instant {
        let now = Instant::now();
        self.looked().map_or(now, |looked| looked + self.settings.poll)
    }

    async fn claim_for(&self, room: &[(&'static Subscriber, usize)]) -> Result<Vec<Claimed>, Failure> {
        let now = Instant::now();
        let is_due = self.due().is_some_and(|due| due <= now);
        let has_sign = self.signs.dirty.swap(false, Ordering::AcqRel);
        if room.is_empty() {
            // Who has no room comes back when there is some.
            self.signs.dirty.fetch_or(has_sign, Ordering::AcqRel);
            *self.due() = None;
            *self.looked() = Some(now);
            return Ok(Vec::new());
        }
        if !has_sign && !is_due && self.polls() > now {
            return Ok(Vec::new());
        }
        let claimed = claims::claim(&self.claims, room, &self.owner).await?;
        *self.looked() = Some(now);
        if !claimed.is_empty() {
            // There may be more.
            self.signs.dirty.store(true, Ordering::Release);
            self.signs.changed.notify_one();
            return Ok(claimed);
        }
        let of: Vec<_> = room.iter().map(|(subscriber, _)| *subscriber).collect();
        let look = claims::look(&self.claims, &of).await?;
        if look.broadcast > self.heard.load(Ordering::Acquire) {
            self.signs.unheard.store(true, Ordering::Release);
        }
        if look.delayed.is_some_and(|due| due <= look.now) {
            claims::enter(&self.claims).await?;
            self.signs.dirty.store(true, Ordering::Release);
            self.signs.changed.notify_one();
        }
        let next = look.due.into_iter().chain(look.delayed).min();
        let wait = next.map(|next| Duration::from_millis((next - look.now).max(0).unsigned_abs()).max(SOON));
        *self.due() = wait.and_then(|wait| Instant::now().checked_add(wait));
        Ok(claimed)
    }
}

/// Where the database is, and how connections are made to it.
fn server(key: &str, url: &str, pooler: Option<&str>) -> Result<Server, Problems> {
    let pooler = pooler.and_then(Pooler::from_setting).unwrap_or(Pooler::None);
    let address = Address::parse(url).map_err(str::to_owned);
    let read = address.and_then(|address| Ok((Tls::of(&address)?, address)));
    let (tls, address) = read.map_err(|why| {
        let mut problems = Problems::default();
        problems.add(key, why);
        problems
    })?;
    let mut config = address.config;
    config.connect_timeout(Duration::from_secs(5));
    if config.get_application_name().is_none() {
        config.application_name("microcore events");
    }
    // A plan that reads a whole table is right for an empty one, and stays until somebody counts its rows. A pooler takes
    // no options.
    if pooler == Pooler::None {
        let ours = "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=10000 -c jit=off
            -c enable_seqscan=off -c enable_bitmapscan=off";
        let ours = ours.split_whitespace().collect::<Vec<_>>().join(" ");
        config.options(config.get_options().map_or(ours.clone(), |theirs| format!("{ours} {theirs}")));
    }
    Ok(Server { config, tls, pooler, session: None })
}

impl Queue for PostgresQueue {
    async fn enqueue(
        &self,
        envelope: &Envelope,
        payload: &str,
        to: &[&'static Subscriber],
        spread: bool,
    ) -> Result<()> {
        let written = serde_json::to_string(envelope).expect("an envelope is strings and numbers");
        let (envelope, payload, to) = (envelope.clone(), payload.to_owned(), to.to_vec());
        self.give(Order::Arrives { envelope, written, payload, to, spread }).await?;
        if spread {
            self.signs.unheard.store(true, Ordering::Release);
        }
        self.ring();
        Ok(())
    }

    async fn claim(&self, room: Vec<(&'static Subscriber, usize)>) -> (Vec<Claimed>, Result<()>) {
        // One transaction for all: it fails as a whole.
        match self.claim_for(&room).await {
            Ok(claimed) => (claimed, Ok(())),
            Err(failure) => {
                self.signs.dirty.store(true, Ordering::Release);
                (Vec::new(), Err(failure.into()))
            }
        }
    }

    async fn next(&self, claimed: &Claimed, next: Next) -> Result<Ended> {
        let (claim, subscriber, line) = (claimed.claim.clone(), claimed.subscriber, line_of(&claimed.envelope));
        // What is given back, or called up, is somebody's.
        let others = line.is_some() || matches!(next, Next::Release | Next::Retry { .. });
        let ended = self.give(Order::Ends { claim, subscriber, line, next }).await?;
        if others {
            self.ring();
        }
        Ok(ended)
    }

    fn beat(&self) -> Result<()> {
        self.beating.beat()
    }

    async fn inherit(&self) -> Result<()> {
        let others = processes::others(&self.asks, &self.owner).await?;
        let gone = {
            let mut beats = self.others.lock().unwrap_or_else(PoisonError::into_inner);
            beats.gone(others, self.settings.lease)
        };
        for (owner, beat) in gone {
            if processes::inherit(&self.asks, &owner, beat).await? > 0 {
                self.signs.all();
                self.ring();
            }
        }
        Ok(())
    }

    async fn recall(&self, held: Vec<(&'static Subscriber, Claim)>) -> Result<()> {
        let held: Vec<String> = held.into_iter().map(|(_, claim)| claim.token).collect();
        if processes::recall(&self.asks, &self.owner, &held).await? > 0 {
            self.signs.all();
            self.ring();
        }
        Ok(())
    }

    fn lease(&self) -> Duration {
        self.settings.lease
    }

    fn start(&self, _all: &'static [&'static Subscriber]) {
        let signs = Arc::clone(&self.signs);
        // Behind a pooler of transactions nobody can listen.
        let bell = (self.server.pooler != Pooler::Transaction).then(|| {
            let (config, tls) = (self.server.config.clone(), self.server.tls.clone());
            Bell::hang(config, tls, CHANNEL, GAP, move || signs.all())
        });
        let _ = self.bell.set(bell);
    }

    async fn stirs(&self) {
        let latest = Instant::now() + AT_THE_LATEST;
        let due = *self.due();
        let end = due.unwrap_or(latest).min(latest).min(self.polls());
        let wait = end.saturating_duration_since(Instant::now());
        let _ = tokio::time::timeout(wait, self.signs.changed.notified()).await;
    }

    fn stir(&self, _whose: &[&'static Subscriber]) {
        self.signs.dirty.store(true, Ordering::Release);
        self.signs.changed.notify_one();
    }

    fn takes_outbox(&self) -> bool {
        self.has_outbox
    }

    async fn take_outbox(&self, all: &'static [&'static Subscriber]) -> Result<Option<Vec<Envelope>>> {
        let arrived = arrivals::take(&self.asks, all).await?;
        if arrived.as_ref().is_some_and(|arrived| !arrived.is_empty()) {
            self.signs.all();
            self.ring();
        }
        Ok(arrived)
    }

    async fn pending(&self, of: &[&'static Subscriber]) -> Result<u64> {
        let status = letters::status(&self.asks, of).await?;
        Ok(status.iter().map(|status| status.lag + status.in_flight + status.delayed).sum())
    }

    async fn status(&self, of: &[&'static Subscriber]) -> Result<Vec<SubscriberStatus>> {
        Ok(letters::status(&self.asks, of).await?)
    }

    async fn dead(&self, _of: &[&'static Subscriber], limit: usize) -> Result<Vec<DeadLetter>> {
        Ok(letters::list(&self.asks, limit).await?)
    }

    async fn letter(&self, _of: &[&'static Subscriber], dead: u64) -> Result<Option<DeadLetter>> {
        Ok(letters::find(&self.asks, dead).await?)
    }

    async fn replay(&self, _of: &[&'static Subscriber], dead: u64) -> Result<bool> {
        let found = letters::replay(&self.asks, dead).await?;
        self.ring();
        Ok(found)
    }

    async fn discard(&self, _of: &[&'static Subscriber], dead: u64) -> Result<bool> {
        Ok(letters::discard(&self.asks, dead).await?)
    }

    async fn orphans(&self, known: &[&'static Subscriber]) -> Result<Vec<Orphan>> {
        Ok(orphans::list(&self.asks, known).await?)
    }

    async fn adopt(&self, orphan: &Orphan, by: &'static Subscriber) -> Result<u64> {
        let handed = orphans::adopt(&self.asks, orphan, by).await?;
        self.ring();
        Ok(handed)
    }

    async fn drop_orphan(&self, orphan: &Orphan) -> Result<u64> {
        Ok(orphans::discard(&self.asks, orphan).await?)
    }

    async fn heard(&self) -> Result<Vec<(Envelope, String)>> {
        if !self.signs.unheard.swap(false, Ordering::AcqRel) {
            return Ok(Vec::new());
        }
        let heard = letters::heard(&self.asks, self.heard.load(Ordering::Acquire)).await;
        let (last, heard) = heard.inspect_err(|_| self.signs.unheard.store(true, Ordering::Release))?;
        self.heard.store(last, Ordering::Release);
        Ok(heard)
    }

    async fn check(&self) -> std::result::Result<(), Error> {
        Ok(self.asks.one(&PING, Vec::new()).await.map(drop).map_err(Unavailable::from)?)
    }

    async fn close(&self) {
        drop(self.orders.lock().unwrap_or_else(PoisonError::into_inner).take());
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            writer.close().await;
        }
        // What it holds still is found by its name; a server that is away costs the others a lease.
        let _ = processes::leave(&self.asks, &self.owner).await;
        if let Some(schema) = &self.schema
            && let Ok(client) = self.server.connect().await
        {
            let _ = client.batch_execute(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE")).await;
        }
        self.asks.close().await;
        self.claims.close().await;
    }
}

impl Drop for PostgresQueue {
    fn drop(&mut self) {
        self.bell.take();
    }
}
