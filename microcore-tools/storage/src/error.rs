//! The errors of the tool, the same for every backend.

use microcore::error::{Error, Kind, Permanent, Unavailable};

/// Why nothing was stored, or nothing read.
///
/// In a handler of an event, `?` makes it a failure that the bus repeats ([`StorageError::Unavailable`]) or buries at once.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The key is none: empty, with a segment `..`, with a control character, or too long.
    #[error("`{}` is no key", .key.escape_debug())]
    Key {
        /// What was given.
        key: String,
        /// What is wrong with it.
        source: Permanent,
    },
    /// The content can't be kept as it is described: a media type that is none, metadata that are too long.
    #[error("the content can't be kept so")]
    Content(#[source] Permanent),
    /// There are more bytes than `STORAGE_LIMIT`.
    #[error("the content is larger than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u64,
        /// Says that trying again does not help.
        source: Permanent,
    },
    /// The stream that was to be stored failed.
    #[error("the content did not come to its end")]
    Cut(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store refused for good: it has no such bucket, or takes no such credentials.
    #[error("the store refuses")]
    Refused(#[source] Permanent),
    /// The store can't be reached, or is busy.
    #[error("the store can't be reached")]
    Unavailable(#[source] Unavailable),
}

impl StorageError {
    pub(crate) fn key(key: &str, why: &'static str) -> Self {
        Self::Key { key: key.to_owned(), source: Permanent::because(why) }
    }

    pub(crate) fn content(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Content(Permanent::because(why))
    }

    /// There is more than this.
    pub fn too_large(limit: u64) -> Self {
        Self::TooLarge { limit, source: Permanent::because("STORAGE_LIMIT") }
    }

    /// Refused for good.
    pub fn refused(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Refused(Permanent::because(cause))
    }

    /// Not now.
    pub fn unavailable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(Unavailable::because(cause))
    }

    /// The same as the client's own mistake, where key and content are the client's: 413 for too many bytes, 422 for a key
    /// or a media type that is none, 400 for a body that was cut. Anything else stays what it is.
    pub fn of_client(self) -> Error {
        match &self {
            Self::TooLarge { limit, .. } => {
                Error::of(Kind::PayloadTooLarge, format!("at most {limit} bytes are kept")).with_source(self)
            }
            Self::Key { .. } => Error::unprocessable("this name can't be used").with_source(self),
            Self::Content(_) => Error::unprocessable("this content can't be kept").with_source(self),
            Self::Cut(_) => Error::bad_request("the content did not come to its end").with_source(self),
            Self::Refused(_) | Self::Unavailable(_) => self.into(),
        }
    }
}
