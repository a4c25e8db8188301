//! The errors of the tool, the same for every backend.

use microcore_runtime::error::Unavailable;

/// What went wrong with a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// The value can't be written as JSON.
    #[error("the value for key `{key}` can't be written as JSON")]
    Encode {
        /// The key.
        key: String,
        /// Why.
        source: serde_json::Error,
    },
    /// The stored value is not of the type that was asked for.
    #[error("the value of key `{key}` is not of the type that was asked for")]
    Decode {
        /// The key.
        key: String,
        /// Why.
        source: serde_json::Error,
    },
    /// Only an integer can be incremented.
    #[error("the value of key `{key}` must be an integer to be incremented")]
    NotAnInteger {
        /// The key.
        key: String,
    },
    /// The sum is over the range of 64 bits; the stored value stays.
    #[error("the value of key `{key}` can't be incremented past the range of 64 bits")]
    OutOfRange {
        /// The key.
        key: String,
    },
    /// The store can't be reached.
    #[error("the state can't be reached")]
    Unavailable(#[source] Unavailable),
}
