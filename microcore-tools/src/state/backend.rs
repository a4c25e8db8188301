//! What a store implements to stand behind [`State`](crate::state::State). Values are JSON texts.

use std::future::Future;
use std::time::Duration;

use microcore_runtime::lifecycle::Boot;
use microcore_runtime::settings::Settings;

use crate::state::StateError;

/// A result of the contract.
pub type Result<T, E = StateError> = std::result::Result<T, E>;

/// A kind of store. The type is a name only: `State<Memory>`. Sealed: a new version may ask more of it.
pub trait Backend: crate::sealed::Sealed + Send + Sync + 'static {
    /// What it reads from the environment.
    type Settings: Settings;
    /// The open store.
    type Store: Store;
    /// One sentence for the manifest.
    const DOC: &'static str;

    /// Opens the store.
    fn open(settings: Self::Settings, boot: &Boot) -> impl Future<Output = Result<Self::Store>> + Send;

    /// What a test gets: a memory of its own.
    fn fake() -> Self::Store;
}

/// An open store. `space` names a namespace; two names that differ share nothing.
pub trait Store: Send + Sync + 'static {
    /// The value, unless it is missing or its time is up.
    fn get(&self, space: &str, key: &str) -> impl Future<Output = Result<Option<String>>> + Send;

    /// Stores a value, for good or for `ttl`.
    fn set(
        &self,
        space: &str,
        key: &str,
        value: String,
        ttl: Option<Duration>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Removes a value; whether there was one.
    fn delete(&self, space: &str, key: &str) -> impl Future<Output = Result<bool>> + Send;

    /// Adds atomically, from zero where there is nothing; `ttl` counts only for a value that this call creates.
    fn increment(
        &self,
        space: &str,
        key: &str,
        by: i64,
        ttl: Option<Duration>,
    ) -> impl Future<Output = Result<i64>> + Send;

    /// The keys of the space, sorted.
    fn keys(&self, space: &str) -> impl Future<Output = Result<Vec<String>>> + Send;

    /// Removes everything in the space.
    fn clear(&self, space: &str) -> impl Future<Output = Result<()>> + Send;

    /// Whether the store can be reached.
    fn check(&self) -> impl Future<Output = Result<()>> + Send;

    /// Releases what the store holds.
    fn close(&self) -> impl Future<Output = Result<()>> + Send;
}
