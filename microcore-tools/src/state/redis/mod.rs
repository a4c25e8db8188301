//! The state on a Redis server: the same for all processes, and there after a restart. Tests have a memory of their own.
//!
//! A value is a key of Redis with its time to live. Beside the values of a namespace is a sorted set of their keys, each
//! with its end, because Redis lists no keys by themselves but all of the server's.

mod scripts;

use std::fmt;
use std::time::Duration;

use microcore_runtime::error::Unavailable;
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::settings::Secret;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, FromRedisValue, RedisError, ScriptInvocation};

use self::scripts::Scripts;
use super::memory::MemoryStore;
use crate::state::backend::{Result, Store};
use crate::state::{Backend, StateError};

/// Values on a Redis server: `State<Redis>`.
#[derive(Debug, Clone, Copy)]
pub struct Redis;

/// What [`Redis`] reads.
///
/// ```
/// use microcore_runtime::settings::{Environment, Settings as _};
/// use microcore_tools::state::RedisStateSettings;
///
/// let settings = RedisStateSettings::load(&Environment::of([("STATE_REDIS_PREFIX", "shop")]))?;
/// assert_eq!((settings.prefix.as_deref(), settings.url.expose().as_str()), (Some("shop"), "redis://127.0.0.1:6379"));
/// # Ok::<(), microcore_runtime::error::Error>(())
/// ```
#[derive(Debug, Clone, microcore_macros::Settings)]
#[non_exhaustive]
pub struct RedisStateSettings {
    /// Where Redis is; it may hold a password.
    #[setting(key = "REDIS_URL", default = "redis://127.0.0.1:6379")]
    pub url: Secret<String>,
    /// The hash tag of all keys, the tool's name unless it is set: applications that share a server need different ones.
    #[setting(key = "STATE_REDIS_PREFIX")]
    pub prefix: Option<String>,
    /// Time for one answer of the server.
    #[setting(key = "STATE_TIMEOUT", default = "2s", within = "10ms..=1m")]
    pub timeout: Duration,
}

/// An open way to a server, which connects when it is needed and again after an outage; or the memory of a test.
pub enum RedisStore {
    /// A server.
    Server(Server),
    /// What a test has.
    Memory(MemoryStore),
}

/// A way to a server.
pub struct Server {
    connection: ConnectionManager,
    scripts: Scripts,
    prefix: String,
    timeout: Duration,
}

impl crate::sealed::Sealed for Redis {}

impl Backend for Redis {
    type Settings = RedisStateSettings;
    type Store = RedisStore;

    const DOC: &'static str = "Small values under keys, on a Redis server, the same for all processes.";

    async fn open(settings: RedisStateSettings, boot: &Boot) -> Result<RedisStore> {
        crate::redis_tls::provide();
        let client = Client::open(settings.url.expose().as_str()).map_err(unavailable)?;
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(settings.timeout))
            .set_response_timeout(Some(settings.timeout))
            .set_number_of_retries(1);
        let connection = ConnectionManager::new_lazy_with_config(client, config).map_err(unavailable)?;
        let prefix = settings.prefix.unwrap_or_else(|| {
            // One of several instances has another key for it, which begins with its name.
            let key = boot.environment.name_of("STATE_REDIS_PREFIX");
            key.trim_end_matches("_REDIS_PREFIX").to_lowercase()
        });
        Ok(RedisStore::Server(Server { connection, scripts: Scripts::new(), prefix, timeout: settings.timeout }))
    }

    fn fake() -> RedisStore {
        RedisStore::Memory(MemoryStore::default())
    }
}

fn unavailable(error: RedisError) -> StateError {
    StateError::Unavailable(Unavailable::because(error))
}

/// Redis counts its times in 63 bits from 1970 on, which no value lives to see; less than a millisecond is none.
fn milliseconds(ttl: Duration) -> u64 {
    u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).min(1 << 52)
}

impl Server {
    /// What all values of a namespace begin with.
    fn values(&self, space: &str) -> String {
        format!("{{{}}}:{}:{space}:", self.prefix, space.len())
    }

    /// The script with the keys of a namespace, and what its values begin with.
    fn call<'s>(&self, script: &'s redis::Script, space: &str) -> ScriptInvocation<'s> {
        let mut call = script.prepare_invoke();
        call.key(format!("{{{}}}:keys:{space}", self.prefix)).arg(self.values(space));
        call
    }

    /// An answer in time, whatever the connection does meanwhile.
    async fn ask<T: FromRedisValue>(&self, call: &ScriptInvocation<'_>) -> Result<T> {
        let mut connection = self.connection.clone();
        self.in_time(call.invoke_async(&mut connection)).await
    }

    async fn in_time<T>(&self, answer: impl Future<Output = redis::RedisResult<T>>) -> Result<T> {
        match tokio::time::timeout(self.timeout, answer).await {
            Ok(answer) => answer.map_err(unavailable),
            Err(_) => {
                let late = format!("no answer within {:?}", self.timeout);
                Err(StateError::Unavailable(Unavailable::because(std::io::Error::other(late))))
            }
        }
    }

    async fn get(&self, space: &str, key: &str) -> Result<Option<String>> {
        let mut connection = self.connection.clone();
        let mut get = redis::cmd("GET");
        get.arg(self.values(space) + key);
        self.in_time(get.query_async(&mut connection)).await
    }

    async fn increment(&self, space: &str, key: &str, by: i64, ttl: Option<Duration>) -> Result<i64> {
        let mut call = self.call(&self.scripts.increment, space);
        call.arg(key).arg(by).arg(ttl.map_or_else(String::new, |ttl| milliseconds(ttl).to_string()));
        let sum: String = self.ask(&call).await?;
        match sum.as_str() {
            "no integer" => Err(StateError::NotAnInteger { key: key.to_owned() }),
            "out of range" => Err(StateError::OutOfRange { key: key.to_owned() }),
            sum => sum.parse().map_err(|_| StateError::NotAnInteger { key: key.to_owned() }),
        }
    }
}

impl Store for RedisStore {
    async fn get(&self, space: &str, key: &str) -> Result<Option<String>> {
        match self {
            Self::Server(server) => server.get(space, key).await,
            Self::Memory(memory) => memory.get(space, key).await,
        }
    }

    async fn set(&self, space: &str, key: &str, value: String, ttl: Option<Duration>) -> Result<()> {
        match self {
            Self::Server(server) => {
                let mut call = server.call(&server.scripts.set, space);
                call.arg(key).arg(value).arg(ttl.map_or_else(String::new, |ttl| milliseconds(ttl).to_string()));
                server.ask(&call).await
            }
            Self::Memory(memory) => memory.set(space, key, value, ttl).await,
        }
    }

    async fn delete(&self, space: &str, key: &str) -> Result<bool> {
        match self {
            Self::Server(server) => server.ask(server.call(&server.scripts.delete, space).arg(key)).await,
            Self::Memory(memory) => memory.delete(space, key).await,
        }
    }

    async fn increment(&self, space: &str, key: &str, by: i64, ttl: Option<Duration>) -> Result<i64> {
        match self {
            Self::Server(server) => server.increment(space, key, by, ttl).await,
            Self::Memory(memory) => memory.increment(space, key, by, ttl).await,
        }
    }

    async fn keys(&self, space: &str) -> Result<Vec<String>> {
        match self {
            Self::Server(server) => {
                let mut keys: Vec<String> = server.ask(&server.call(&server.scripts.keys, space)).await?;
                keys.sort_unstable();
                Ok(keys)
            }
            Self::Memory(memory) => memory.keys(space).await,
        }
    }

    async fn clear(&self, space: &str) -> Result<()> {
        match self {
            Self::Server(server) => server.ask(&server.call(&server.scripts.clear, space)).await,
            Self::Memory(memory) => memory.clear(space).await,
        }
    }

    async fn check(&self) -> Result<()> {
        match self {
            Self::Server(server) => {
                let mut connection = server.connection.clone();
                server.in_time(redis::cmd("PING").query_async::<String>(&mut connection)).await.map(drop)
            }
            Self::Memory(memory) => memory.check().await,
        }
    }

    async fn close(&self) -> Result<()> {
        // Others use what is on the server.
        Ok(())
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values, and the address, may be secret.
        f.debug_struct("RedisStore").finish_non_exhaustive()
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
