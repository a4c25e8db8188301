//! What stands behind [`Cache`](super::Cache). Values are JSON texts.

use std::future::Future;
use std::time::Duration;

use microcore::lifecycle::Boot;
use microcore::settings::Settings;

use super::CacheError;

/// A kind of store. The type is a name only: `Cache<Redis>`.
pub trait Backend: Send + Sync + 'static {
    /// What it reads from the environment.
    type Settings: Settings;
    /// The open store.
    type Store: Store;

    /// Opens it.
    fn open(
        settings: Self::Settings,
        boot: &Boot,
    ) -> impl Future<Output = microcore::error::Result<Self::Store>> + Send;
}

/// An open store. It may lose any value at any moment, and never gives one that is older than its time.
pub trait Store: Send + Sync + 'static {
    /// The value, unless it is missing or its time is up.
    fn get(&self, key: &str) -> impl Future<Output = Result<Option<String>, CacheError>> + Send;

    /// Keeps a value for `ttl`; one of no time is not kept.
    fn set(&self, key: &str, value: String, ttl: Duration) -> impl Future<Output = Result<(), CacheError>> + Send;

    /// Removes a value.
    fn forget(&self, key: &str) -> impl Future<Output = Result<(), CacheError>> + Send;

    /// Whether the store can be reached.
    fn check(&self) -> impl Future<Output = Result<(), CacheError>> + Send;
}
