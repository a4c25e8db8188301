//! The errors of the tool, the same for every backend.

use microcore::error::Unavailable;

/// What went wrong with a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// The value can't be written as JSON.
    #[error("the value of key `{key}` can't be written as JSON")]
    Encode {
        /// The key.
        key: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The kept value is not of the type that was asked for.
    #[error("the value of key `{key}` is not of the type that was asked for")]
    Decode {
        /// The key.
        key: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The store can't be reached.
    #[error("the cache can't be reached")]
    Unavailable(#[source] Unavailable),
}

impl CacheError {
    /// The store can't be reached.
    pub fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(Unavailable::because(cause))
    }
}
