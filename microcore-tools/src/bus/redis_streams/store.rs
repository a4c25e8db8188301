//! The contract of a store, on Redis.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use microcore_runtime::context::{Context, Id};
use microcore_runtime::error::{Error, Unavailable};
use microcore_runtime::event::{DeadLetter, Envelope, Subscriber, SubscriberStatus, millis, wall_clock};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, RedisError, ScriptInvocation};
use tokio::sync::Notify;

use super::RedisStreamsSettings;
use super::scripts::Scripts;
use crate::bus::stored::queue::Result;
use crate::bus::stored::{Claim, Claimed, Next, Queue};

/// How long one call may take.
const ANSWER: Duration = Duration::from_secs(5);

/// Events in Redis.
#[derive(Debug)]
pub struct RedisQueue {
    connection: ConnectionManager,
    scripts: Scripts,
    settings: RedisStreamsSettings,
    /// This process, in this run.
    consumer: String,
    changed: Notify,
    /// The last broadcast that was heard.
    heard: Mutex<String>,
    /// Whom this process ever claimed for.
    known: Mutex<Vec<&'static Subscriber>>,
}

/// Entry, id, attempt, envelope, payload, and whether its time is over.
type Taken = (String, String, String, String, String, String);
/// Number, envelope, payload, line, error, attempts, time.
type Letter = (u64, String, String, String, String, u32, u64);

fn unavailable(error: RedisError) -> Unavailable {
    Unavailable::because(error)
}

impl RedisQueue {
    pub(super) async fn open(settings: RedisStreamsSettings) -> Result<Self> {
        let client = Client::open(settings.url.expose().as_str()).map_err(unavailable)?;
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(3)
            .set_connection_timeout(Some(ANSWER))
            .set_response_timeout(Some(ANSWER));
        let mut connection = ConnectionManager::new_with_config(client, config).await.map_err(unavailable)?;
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
        let heard = last.into_iter().next().map_or_else(|| "0-0".to_owned(), |(id, _)| id);
        Ok(Self {
            connection,
            scripts: Scripts::new(),
            consumer: format!("{}-{}", std::process::id(), Id::make()),
            settings,
            changed: Notify::new(),
            heard: Mutex::new(heard),
            known: Mutex::default(),
        })
    }

    fn key(&self, name: &str) -> String {
        format!("{{{}}}:{name}", self.settings.prefix)
    }

    /// The keys of a subscriber, in the order that the scripts expect.
    fn keys(&self, call: &mut ScriptInvocation<'_>, subscriber: &Subscriber) {
        for what in ["stream", "items", "attempts", "lines", "delayed", "resting", "counter"] {
            call.key(self.key(&format!("{}:{}:{what}", subscriber.event, subscriber.name)));
        }
    }

    fn call<'s>(&self, script: &'s redis::Script, subscriber: &Subscriber) -> ScriptInvocation<'s> {
        let mut call = script.prepare_invoke();
        self.keys(&mut call, subscriber);
        call
    }

    fn dead_of(&self, event: &str, subscriber: &str) -> String {
        self.key(&format!("{event}:{subscriber}:dead"))
    }

    async fn run<T: redis::FromRedisValue>(&self, call: &ScriptInvocation<'_>) -> Result<T> {
        call.invoke_async(&mut self.connection.clone()).await.map_err(unavailable)
    }

    async fn claim_for(&self, subscriber: &'static Subscriber, room: usize) -> Result<Vec<Claimed>> {
        let mut call = self.call(&self.scripts.claim, subscriber);
        call.arg(subscriber.name).arg(&self.consumer).arg(room).arg(millis(self.settings.lease));
        let taken: Vec<Taken> = self.run(&call).await?;
        let mut claimed = Vec::with_capacity(taken.len());
        for (entry, id, attempt, envelope, payload, over) in taken {
            let claim = Claim { delivery: id, token: format!("{entry} {attempt}") };
            let attempt = attempt.parse().unwrap_or(u32::MAX);
            match serde_json::from_str::<Envelope>(&envelope) {
                Ok(envelope) => {
                    // Whether its time is over, the server's clock has said.
                    let envelope = Envelope { expires: (over == "1").then_some(0), ..envelope };
                    claimed.push(Claimed { claim, subscriber, envelope, payload, attempt });
                }
                Err(error) => {
                    let error = format!("the stored envelope can't be read: {error}");
                    tracing::error!(%subscriber, event = subscriber.event, error, "delivery failed for good");
                    if let Err(error) = self.ends(subscriber, &claim, Next::Bury { error }).await {
                        // It is claimed again when its lease is over. The others are this process's now.
                        let error: &dyn std::error::Error = &error;
                        tracing::error!(%subscriber, error, "what can't be read was not buried");
                    }
                }
            }
        }
        Ok(claimed)
    }

    async fn ends(&self, subscriber: &Subscriber, claim: &Claim, next: Next) -> Result<bool> {
        let (entry, attempt) = claim.token.split_once(' ').unwrap_or_default();
        let (what, wait, error) = match next {
            Next::Complete | Next::Expire => ("complete", 0, String::new()),
            Next::Retry { wait, error } => ("retry", millis(wait), error),
            Next::Bury { error } => ("bury", 0, error),
            Next::Release => ("release", 0, String::new()),
        };
        let mut call = self.call(&self.scripts.next, subscriber);
        call.key(self.dead_of(subscriber.event, subscriber.name)).key(self.key("dead"));
        call.arg(subscriber.name).arg(&self.consumer).arg(entry).arg(&claim.delivery).arg(attempt);
        call.arg(what).arg(wait).arg(error);
        self.run(&call).await
    }

    /// A dead letter of this number, of whichever of these subscribers.
    async fn out(&self, of: &[&'static Subscriber], dead: u64, again: bool) -> Result<bool> {
        for subscriber in of {
            let mut call = self.call(&self.scripts.replay, subscriber);
            call.key(self.dead_of(subscriber.event, subscriber.name));
            call.arg(dead).arg(if again { Id::make().to_string() } else { String::new() });
            if self.run(&call).await? {
                return Ok(true);
            }
        }
        Ok(false)
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
        let mut call = self.scripts.enqueue.prepare_invoke();
        for subscriber in to {
            self.keys(&mut call, subscriber);
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
        call.arg(text).arg(payload).arg(line).arg(after(envelope.due)).arg(after(envelope.expires));
        for _ in to {
            call.arg(Id::make().to_string());
        }
        self.run::<u64>(&call).await.map(drop)
    }

    async fn claim(&self, room: Vec<(&'static Subscriber, usize)>) -> (Vec<Claimed>, Result<()>) {
        {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            for (subscriber, _) in &room {
                if !known.iter().any(|other| other.number == subscriber.number) {
                    known.push(subscriber);
                }
            }
        }
        let claims = room.into_iter().map(|(subscriber, room)| self.claim_for(subscriber, room));
        let (mut claimed, mut asked) = (Vec::new(), Ok(()));
        for answer in join_all(claims).await {
            match answer {
                Ok(more) => claimed.extend(more),
                Err(error) => asked = Err(error),
            }
        }
        (claimed, asked)
    }

    async fn next(&self, claimed: &Claimed, next: Next) -> Result<bool> {
        self.ends(claimed.subscriber, &claimed.claim, next).await
    }

    async fn renew(&self, claims: Vec<(&'static Subscriber, Claim)>) -> Result<()> {
        let renewals = claims.iter().map(async |(subscriber, claim)| {
            let (entry, attempt) = claim.token.split_once(' ').unwrap_or_default();
            let mut call = self.call(&self.scripts.renew, subscriber);
            call.arg(subscriber.name).arg(&self.consumer).arg(entry).arg(&claim.delivery).arg(attempt);
            self.run::<u32>(&call).await
        });
        // Each for itself: an error of one takes no lease from the others.
        join_all(renewals).await.into_iter().try_for_each(|renewed| renewed.map(drop))
    }

    fn lease(&self) -> Duration {
        self.settings.lease
    }

    async fn stirs(&self) {
        let _ = tokio::time::timeout(self.settings.poll, self.changed.notified()).await;
    }

    fn stir(&self) {
        self.changed.notify_one();
    }

    async fn pending(&self, of: &[&'static Subscriber]) -> Result<u64> {
        Ok(self.status(of).await?.iter().map(|status| status.lag + status.in_flight + status.delayed).sum())
    }

    async fn status(&self, of: &[&'static Subscriber]) -> Result<Vec<SubscriberStatus>> {
        let all = of.iter().map(async |subscriber| {
            let mut call = self.call(&self.scripts.status, subscriber);
            call.key(self.dead_of(subscriber.event, subscriber.name)).arg(subscriber.name);
            let (all, in_flight, delayed, dead): (u64, u64, u64, u64) = self.run(&call).await?;
            Ok(SubscriberStatus {
                subscriber: subscriber.name.to_owned(),
                event: subscriber.event.to_owned(),
                lag: all.saturating_sub(in_flight + delayed),
                in_flight,
                delayed,
                dead,
                delivered: 0,
                paused: false,
            })
        });
        try_join_all(all).await
    }

    async fn dead(&self, of: &[&'static Subscriber], limit: usize) -> Result<Vec<DeadLetter>> {
        let mut letters = Vec::new();
        for subscriber in of {
            let last = i64::try_from(limit).unwrap_or(i64::MAX).saturating_sub(1);
            let mut range = redis::cmd("ZRANGE");
            range.arg(self.dead_of(subscriber.event, subscriber.name)).arg(0).arg(last);
            let found: Vec<String> = range.query_async(&mut self.connection.clone()).await.map_err(unavailable)?;
            letters.extend(found.iter().filter_map(|text| letter(subscriber, text)));
        }
        letters.sort_by_key(|letter| letter.id);
        letters.truncate(limit);
        Ok(letters)
    }

    async fn letter(&self, of: &[&'static Subscriber], dead: u64) -> Result<Option<DeadLetter>> {
        for subscriber in of {
            let mut range = redis::cmd("ZRANGEBYSCORE");
            range.arg(self.dead_of(subscriber.event, subscriber.name)).arg(dead).arg(dead);
            let found: Vec<String> = range.query_async(&mut self.connection.clone()).await.map_err(unavailable)?;
            if let Some(letter) = found.iter().find_map(|text| letter(subscriber, text)) {
                return Ok(Some(letter));
            }
        }
        Ok(None)
    }

    async fn replay(&self, of: &[&'static Subscriber], dead: u64) -> Result<bool> {
        self.out(of, dead, true).await
    }

    async fn discard(&self, of: &[&'static Subscriber], dead: u64) -> Result<bool> {
        self.out(of, dead, false).await
    }

    async fn heard(&self) -> Result<Vec<(Envelope, String)>> {
        let after = self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut range = redis::cmd("XRANGE");
        range.arg(self.key("broadcast")).arg(format!("({after}")).arg("+").arg("COUNT").arg(512);
        let found: Vec<(String, Vec<String>)> =
            range.query_async(&mut self.connection.clone()).await.map_err(unavailable)?;
        if let Some((last, _)) = found.last() {
            self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone_from(last);
        }
        let readable = found.into_iter().filter_map(|(_, fields)| {
            let [_, envelope, _, payload] = <[String; 4]>::try_from(fields).ok()?;
            match serde_json::from_str(&envelope) {
                Ok(envelope) => Some((envelope, payload)),
                Err(error) => {
                    tracing::error!(%error, "a broadcast can't be read");
                    None
                }
            }
        });
        Ok(readable.collect())
    }

    async fn check(&self) -> std::result::Result<(), Error> {
        let ping = redis::cmd("PING").query_async::<String>(&mut self.connection.clone()).await;
        Ok(ping.map(drop).map_err(unavailable)?)
    }

    async fn close(&self) {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let leaves = known.into_iter().map(async |subscriber| {
            let mut call = self.call(&self.scripts.leave, subscriber);
            call.arg(subscriber.name).arg(&self.consumer);
            // A consumer that stays costs a few bytes.
            let _ = self.run::<u32>(&call).await;
        });
        // Side by side: where the server is away, each takes as long as a call may.
        join_all(leaves).await;
    }
}

/// A dead letter as the script wrote it. One whose envelope can't be read is shown as far as the rest tells.
fn letter(subscriber: &Subscriber, text: &str) -> Option<DeadLetter> {
    let (id, envelope, payload, _, error, attempts, failed_at): Letter = serde_json::from_str(text).ok()?;
    let envelope = serde_json::from_str(&envelope).unwrap_or_else(|_| {
        let id = Id::adopt(&format!("unreadable-{id}")).expect("letters and digits");
        Envelope { event: subscriber.event.to_owned(), ..Envelope::new(&Context::request(id), None, None, 0) }
    });
    Some(DeadLetter { id, subscriber: subscriber.name.to_owned(), envelope, payload, error, attempts, failed_at })
}
