//! Values on a Redis server, shared by all processes. The server evicts what it has no room for, as its `maxmemory-policy`
//! says.

use std::time::Duration;

use ::redis::aio::{ConnectionManager, ConnectionManagerConfig};
use ::redis::{Client, Cmd, FromRedisValue, cmd};
use microcore::lifecycle::Boot;
use microcore::prelude::*;
use microcore::settings::Problems;

use super::{Backend, CacheError, Store};

/// The backend `Redis`.
#[derive(Debug, Clone, Copy)]
pub struct Redis;

/// What [`Redis`] reads.
#[derive(Debug, Settings)]
#[settings(prefix = "CACHE")]
#[non_exhaustive]
pub struct RedisSettings {
    /// Server of the values: `redis://user:password@host:6379/0`.
    pub url: Secret<String>,
    /// What each key begins with on the server.
    #[setting(default = "cache")]
    pub prefix: String,
    /// Time for one answer of the server; with none in time, the cache is passed by.
    #[setting(default = "500ms", within = "10ms..=1m")]
    pub timeout: Duration,
}

/// An open way to a server, which connects when it is needed and again after an outage.
#[derive(Clone)]
pub struct RedisStore {
    connection: ConnectionManager,
    prefix: String,
    timeout: Duration,
}

impl std::fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RedisStore").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl Backend for Redis {
    type Settings = RedisSettings;
    type Store = RedisStore;

    async fn open(settings: RedisSettings, _: &Boot) -> Result<RedisStore> {
        let client = Client::open(settings.url.expose().as_str()).map_err(|_| {
            let mut problems = Problems::default();
            problems.add("CACHE_URL", "must be an address such as redis://host:6379/0");
            problems
        })?;
        let (prefix, timeout) = (settings.prefix, settings.timeout);
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(timeout))
            .set_response_timeout(Some(timeout))
            .set_number_of_retries(1);
        let connection = ConnectionManager::new_lazy_with_config(client, config).map_err(CacheError::unavailable)?;
        Ok(RedisStore { connection, prefix, timeout })
    }
}

impl RedisStore {
    fn key(&self, key: &str) -> String {
        format!("{}:{key}", self.prefix)
    }

    /// An answer in time, whatever the connection does meanwhile.
    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, CacheError> {
        let mut connection = self.connection.clone();
        match tokio::time::timeout(self.timeout, command.query_async(&mut connection)).await {
            Ok(answer) => answer.map_err(CacheError::unavailable),
            Err(_) => Err(CacheError::unavailable(format!("no answer within {:?}", self.timeout))),
        }
    }
}

impl Store for RedisStore {
    async fn get(&self, key: &str) -> Result<Option<String>, CacheError> {
        self.ask(cmd("GET").arg(self.key(key))).await
    }

    async fn set(&self, key: &str, value: String, ttl: Duration) -> Result<(), CacheError> {
        // Redis counts its times in 63 bits from 1970 on, which no value lives to see.
        let milliseconds = u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX).min(1 << 52);
        if milliseconds == 0 {
            return self.forget(key).await;
        }
        self.ask(cmd("SET").arg(self.key(key)).arg(value).arg("PX").arg(milliseconds)).await
    }

    async fn forget(&self, key: &str) -> Result<(), CacheError> {
        self.ask::<u64>(cmd("UNLINK").arg(self.key(key))).await.map(drop)
    }

    async fn check(&self) -> Result<(), CacheError> {
        self.ask::<String>(&cmd("PING")).await.map(drop)
    }
}
