//! The contract of a store, on Redis.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use microcore_runtime::context::Id;
use microcore_runtime::error::{Error, Unavailable};
use microcore_runtime::event::{DeadLetter, Envelope, Subscriber, SubscriberStatus, wall_clock};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, ScriptInvocation};
use tokio::task::AbortHandle;

use super::listener::Listener;
use super::pending::Pending;
use super::processes::Beating;
use super::scripts::Scripts;
use super::{RedisStreamsSettings, eviction, name_of};
use crate::beats::Beats;
use crate::bus::stored::queue::Result;
use crate::bus::stored::{AT_THE_LATEST, Claim, Claimed, Ended, Next, Orphan, Queue};

/// How long one call may take.
pub(super) const ANSWER: Duration = Duration::from_secs(5);

/// Events in Redis.
#[derive(Debug)]
pub struct RedisQueue {
    pub(super) client: Client,
    pub(super) connection: ConnectionManager,
    pub(super) scripts: Scripts,
    pub(super) settings: RedisStreamsSettings,
    /// This process, in this run.
    pub(super) consumer: String,
    pub(super) pending: Arc<Pending>,
    /// Broadcasts that nobody has asked for yet.
    heard: Arc<Mutex<Vec<(Envelope, String)>>>,
    /// The last broadcast before this process.
    last_broadcast: String,
    /// The application's subscribers, once it is wired; and whether the server knows them.
    pub(super) all: OnceLock<&'static [&'static Subscriber]>,
    pub(super) met: AtomicBool,
    /// What listens, while it does.
    listener: Mutex<Option<AbortHandle>>,
    /// The others, and how long each has stood still.
    pub(super) others: Mutex<Beats>,
    /// The way of the signs of life, which block.
    pub(super) beating: Beating,
}

pub(super) fn unavailable(error: RedisError) -> Unavailable {
    Unavailable::because(error)
}

/// The keys of every script.
const COMMON: [&str; 4] = ["clock", "wake", "alive", "taken"];
/// The keys of each subscriber, in the order that the scripts expect.
const OF_EACH: [&str; 7] = ["stream", "items", "attempts", "lines", "delayed", "resting", "counter"];
/// Where every subscriber is named that ever was.
pub(super) const NAMES: &str = "subscribers";

impl RedisQueue {
    pub(super) async fn open(settings: RedisStreamsSettings) -> Result<Self> {
        crate::redis_tls::provide();
        let client = Client::open(settings.url.expose().as_str()).map_err(unavailable)?;
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(3)
            .set_connection_timeout(Some(ANSWER))
            .set_response_timeout(Some(ANSWER));
        let opened = ConnectionManager::new_with_config(client.clone(), config).await;
        let mut connection = opened.map_err(unavailable)?;
        let memory: redis::RedisResult<String> = redis::cmd("INFO").arg("memory").query_async(&mut connection).await;
        // A login that may not ask is not told.
        eviction::refuse(&memory.unwrap_or_default())?;
        let broadcasts = format!("{{{}}}:broadcast", settings.prefix);
        let last: Vec<(String, Vec<(String, String)>)> = redis::cmd("XREVRANGE")
            .arg(&broadcasts)
            .arg("+")
            .arg("-")
            .arg("COUNT")
            .arg(1)
            .query_async(&mut connection)
            .await
            .map_err(unavailable)?;
        let last_broadcast = last.into_iter().next().map_or_else(|| "0-0".to_owned(), |(id, _)| id);
        Ok(Self {
            client,
            connection,
            scripts: Scripts::new(),
            consumer: format!("{}-{}", std::process::id(), Id::make()),
            settings,
            pending: Arc::default(),
            heard: Arc::default(),
            last_broadcast,
            all: OnceLock::new(),
            met: AtomicBool::new(false),
            listener: Mutex::default(),
            others: Mutex::default(),
            beating: Beating::default(),
        })
    }

    pub(super) fn key(&self, name: &str) -> String {
        format!("{{{}}}:{name}", self.settings.prefix)
    }

    /// A script with the keys that all have.
    pub(super) fn begin<'s>(&self, script: &'s redis::Script) -> ScriptInvocation<'s> {
        let mut call = script.prepare_invoke();
        for what in COMMON {
            call.key(self.key(what));
        }
        call
    }

    /// The keys of a subscriber.
    pub(super) fn keys(&self, call: &mut ScriptInvocation<'_>, event: &str, subscriber: &str) {
        for what in OF_EACH {
            call.key(self.key(&format!("{event}:{subscriber}:{what}")));
        }
    }

    pub(super) fn call<'s>(&self, script: &'s redis::Script, subscriber: &Subscriber) -> ScriptInvocation<'s> {
        let mut call = self.begin(script);
        self.keys(&mut call, subscriber.event, subscriber.name);
        call
    }

    /// A script about all of these, which gets this process's name and their groups.
    pub(super) fn call_for<'s>(&self, script: &'s redis::Script, of: &[(String, String)]) -> ScriptInvocation<'s> {
        let mut call = self.begin(script);
        for (event, subscriber) in of {
            self.keys(&mut call, event, subscriber);
        }
        call
    }

    pub(super) fn all(&self) -> &'static [&'static Subscriber] {
        self.all.get().copied().unwrap_or_default()
    }

    pub(super) fn dead_of(&self, event: &str, subscriber: &str) -> String {
        self.key(&format!("{event}:{subscriber}:dead"))
    }

    pub(super) async fn run<T: redis::FromRedisValue>(&self, call: &ScriptInvocation<'_>) -> Result<T> {
        call.invoke_async(&mut self.connection.clone()).await.map_err(unavailable)
    }
}

impl Queue for RedisQueue {
    async fn enqueue(
        &self,
        envelope: &Envelope,
        payload: &str,
        to: &[&'static Subscriber],
        spread: bool,
    ) -> Result<()> {
        let mut call = self.begin(&self.scripts.enqueue);
        for subscriber in to {
            self.keys(&mut call, subscriber.event, subscriber.name);
        }
        if spread {
            call.key(self.key("broadcast"));
        }
        // What is left of each by now: an outbox may have had it for long. How much, the server's clock counts.
        let now = wall_clock().max(envelope.time);
        let after = |end: Option<u64>| end.map_or(-1, |end| i64::try_from(end.saturating_sub(now)).unwrap_or(i64::MAX));
        // A NUL ends the key within a line.
        let line = envelope.key.as_deref().unwrap_or_default().replace('\0', "\u{fffd}");
        let text = serde_json::to_string(envelope).expect("an envelope is strings and numbers");
        let whose: Vec<String> = to.iter().map(|subscriber| name_of(subscriber.event, subscriber.name)).collect();
        call.arg(&self.consumer).arg(whose.join("\n"));
        call.arg(text).arg(payload).arg(line).arg(after(envelope.due)).arg(after(envelope.expires));
        for _ in to {
            call.arg(Id::make().to_string());
        }
        self.run::<u64>(&call).await.map(drop)
    }

    async fn claim(&self, room: Vec<(&'static Subscriber, usize)>) -> (Vec<Claimed>, Result<()>) {
        let room = self.pending.take(room);
        if room.is_empty() {
            return (Vec::new(), Ok(()));
        }
        match self.claim_for(&room).await {
            Ok(answer) => answer,
            Err(error) => {
                self.pending.mark(&room.iter().map(|(subscriber, _)| *subscriber).collect::<Vec<_>>());
                (Vec::new(), Err(error))
            }
        }
    }

    async fn next(&self, claimed: &Claimed, next: Next) -> Result<Ended> {
        self.ends(claimed.subscriber, &claimed.claim, next).await
    }

    fn beat(&self) -> Result<()> {
        self.tell_alive()
    }

    async fn inherit(&self) -> Result<()> {
        self.take_over().await
    }

    async fn recall(&self, held: Vec<(&'static Subscriber, Claim)>) -> Result<()> {
        self.give_back(held).await
    }

    fn lease(&self) -> Duration {
        self.settings.lease
    }

    async fn stirs(&self) {
        let next = self.pending.next().map(|due| due.saturating_duration_since(Instant::now()));
        let wait = next.map_or(AT_THE_LATEST, |next| next.min(AT_THE_LATEST));
        let _ = tokio::time::timeout(wait, self.pending.changed.notified()).await;
    }

    fn stir(&self, whose: &[&'static Subscriber]) {
        self.pending.mark(whose);
    }

    fn start(&self, all: &'static [&'static Subscriber]) {
        if self.all.set(all).is_err() {
            return;
        }
        let listener = Listener {
            client: self.client.clone(),
            pending: Arc::clone(&self.pending),
            broadcasts: self.key("broadcast"),
            wake: self.key("wake"),
            consumer: self.consumer.clone(),
            heard: Arc::clone(&self.heard),
            last: self.last_broadcast.clone(),
        };
        self.pending.mark(all);
        let task = tokio::spawn(listener.run(all));
        *self.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(task.abort_handle());
    }

    async fn orphans(&self, known: &[&'static Subscriber]) -> Result<Vec<Orphan>> {
        self.kept_for_nobody(known).await
    }

    async fn adopt(&self, orphan: &Orphan, by: &'static Subscriber) -> Result<u64> {
        self.hand_over(orphan, by).await
    }

    async fn drop_orphan(&self, orphan: &Orphan) -> Result<u64> {
        self.delete(orphan).await
    }

    async fn pending(&self, of: &[&'static Subscriber]) -> Result<u64> {
        Ok(self.status(of).await?.iter().map(|status| status.lag + status.in_flight + status.delayed).sum())
    }

    async fn status(&self, of: &[&'static Subscriber]) -> Result<Vec<SubscriberStatus>> {
        let all = of.iter().map(async |subscriber| {
            let mut call = self.call(&self.scripts.status, subscriber);
            call.key(self.dead_of(subscriber.event, subscriber.name)).arg(subscriber.name);
            let (all, in_flight, delayed, dead): (u64, u64, u64, u64) = self.run(&call).await?;
            let mut status = SubscriberStatus::of(subscriber);
            status.lag = all.saturating_sub(in_flight + delayed);
            (status.in_flight, status.delayed, status.dead) = (in_flight, delayed, dead);
            Ok(status)
        });
        try_join_all(all).await
    }

    async fn dead(&self, of: &[&'static Subscriber], limit: usize) -> Result<Vec<DeadLetter>> {
        self.letters(of, limit).await
    }

    async fn letter(&self, of: &[&'static Subscriber], dead: u64) -> Result<Option<DeadLetter>> {
        self.letter_of(of, dead).await
    }

    async fn replay(&self, of: &[&'static Subscriber], dead: u64) -> Result<bool> {
        self.out(of, dead, true).await
    }

    async fn discard(&self, of: &[&'static Subscriber], dead: u64) -> Result<bool> {
        self.out(of, dead, false).await
    }

    async fn heard(&self) -> Result<Vec<(Envelope, String)>> {
        Ok(std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    async fn check(&self) -> std::result::Result<(), Error> {
        let ping = redis::cmd("PING").query_async::<String>(&mut self.connection.clone()).await;
        Ok(ping.map(drop).map_err(unavailable)?)
    }

    async fn close(&self) {
        self.stop_listening();
        self.leave().await;
    }
}

impl RedisQueue {
    fn stop_listening(&self) {
        if let Some(listener) = self.listener.lock().unwrap_or_else(PoisonError::into_inner).take() {
            listener.abort();
        }
    }
}

impl Drop for RedisQueue {
    fn drop(&mut self) {
        self.stop_listening();
    }
}
