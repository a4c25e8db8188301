//! The battery on the transport in Redis Streams, on a server that this program starts for itself.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::unused_async, clippy::pedantic, reason = "the same")]

mod battery;
mod crash;
mod idle;
mod redis_server;
mod server;
#[cfg(feature = "redis-tls")]
mod tls;

microcore::app! { bus: RedisStreams, root: "app" }

/// What the battery must know of the transport under test.
mod mount {
    use crate::redis_server::RedisServer;

    /// Whether an event that was accepted survives the process.
    pub const KEEPS: bool = true;

    /// What the transport is to be told, for a test of this name.
    pub async fn settings(test: &str) -> Option<Vec<(String, String)>> {
        let url = RedisServer::shared()?.url();
        let settings = [("REDIS_URL", url), ("BUS_REDIS_PREFIX", test.to_owned())];
        Some(settings.map(|(key, value)| (key.to_owned(), value)).to_vec())
    }
}
