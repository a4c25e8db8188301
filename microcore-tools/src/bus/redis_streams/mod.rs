//! The transport in Redis Streams: for several processes on several machines.

mod claims;
mod eviction;
mod letters;
mod listener;
mod orphans;
mod pending;
mod processes;
mod scripts;
mod store;

use std::time::Duration;

use microcore_runtime::error::Result;
use microcore_runtime::event::{Broadcast, CrashSafe, Keeps, Limits};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::settings::Secret;

use self::store::RedisQueue;
use super::stored::OnQueue;

/// Keeps each event in Redis until all its subscribers have handled it. `publish` returns when Redis has it; how safe it
/// is there is the server's own setting (`appendonly`).
///
/// Each subscriber has a stream and a consumer group of its own name: replicas share its events, other plugins don't.
/// Processes are woken by a blocking read, and an idle one asks Redis nothing more often than every few seconds. An event
/// is acknowledged after its handler; what a dead process held is taken over when its lease is over. Delays,
/// repetitions and ttl go by the server's clock. Streams have no priority, so asking for one does not compile.
#[derive(Debug, Clone, Copy)]
pub struct RedisStreams;

impl Keeps<CrashSafe> for RedisStreams {}
impl Keeps<Broadcast> for RedisStreams {}

/// What it reads from the environment.
///
/// ```
/// use microcore_runtime::settings::{Environment, Settings as _};
/// use microcore_tools::bus::RedisStreamsSettings;
///
/// let settings = RedisStreamsSettings::load(&Environment::of([("BUS_REDIS_PREFIX", "shop")]))?;
/// // Every key is `{shop}…`, so that the keys are in one slot of a cluster.
/// assert_eq!((settings.prefix.as_str(), settings.url.expose().as_str()), ("shop", "redis://127.0.0.1:6379"));
/// # Ok::<(), microcore_runtime::error::Error>(())
/// ```
#[derive(Debug, Clone, microcore_macros::Settings)]
#[non_exhaustive]
pub struct RedisStreamsSettings {
    /// Where Redis is; it may hold a password.
    #[setting(key = "REDIS_URL", default = "redis://127.0.0.1:6379")]
    pub url: Secret<String>,
    /// The hash tag of all keys: applications that share a server need different ones.
    #[setting(key = "BUS_REDIS_PREFIX", default = "bus")]
    pub prefix: String,
    /// Handlers per subscriber and process that run at once.
    #[setting(key = "BUS_CONCURRENCY", default = "64", within = "1..=100000")]
    pub concurrency: usize,
    /// How long a process may give no sign of life before others take over what it holds.
    #[setting(key = "BUS_LEASE", default = "30s", within = "100ms..=1d")]
    pub lease: Duration,
    /// Deliveries in a row that fail for good before their subscriber is paused; 0 never pauses.
    #[setting(key = "BUS_PAUSE_AFTER", default = "5")]
    pub pause_after: u32,
    /// The first pause of a failing subscriber; it doubles, up to five minutes.
    #[setting(key = "BUS_PAUSE", default = "30s", within = "1ms..=1d")]
    pub pause: Duration,
}

impl crate::sealed::Sealed for RedisStreams {}

impl OnQueue for RedisStreams {
    type Settings = RedisStreamsSettings;
    type Queue = RedisQueue;
    const DOC: &'static str = "Events, from one plugin to all that subscribe, kept in Redis until they are handled.";

    fn limits(settings: &RedisStreamsSettings) -> Limits {
        Limits {
            concurrency: settings.concurrency.max(1),
            pause_after: settings.pause_after,
            pause: settings.pause,
            ..Limits::default()
        }
    }

    async fn open(settings: RedisStreamsSettings, _boot: &Boot) -> Result<Self::Queue> {
        Ok(RedisQueue::open(settings).await?)
    }
}

/// A subscriber as the server knows it. No event has a colon in its name.
fn name_of(event: &str, subscriber: &str) -> String {
    format!("{event}:{subscriber}")
}
