//! What is stored, and what is known of it.

use std::collections::BTreeMap;
use std::time::SystemTime;

use bytes::Bytes;
use futures_util::stream::BoxStream;

use super::StorageError;

/// The media type of what says none.
pub const OCTETS: &str = "application/octet-stream";

/// The most bytes of all metadata together, names and values: S3 takes no more.
const MOST_METADATA: usize = 2_048;

/// What is known of a file beside its bytes, as the plugin says it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Kind {
    /// `image/png`; what a browser is told.
    pub media_type: String,
    /// Anything else that is not empty, by names of lower-case letters, digits and `-`.
    pub metadata: BTreeMap<String, String>,
}

impl Default for Kind {
    fn default() -> Self {
        Self { media_type: OCTETS.to_owned(), metadata: BTreeMap::new() }
    }
}

impl Kind {
    /// Of this media type.
    pub fn of(media_type: impl Into<String>) -> Self {
        Self { media_type: media_type.into(), ..Self::default() }
    }

    /// The same with something more.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(name.into(), value.into());
        self
    }

    /// Whether every backend can keep it.
    pub(crate) fn check(&self) -> Result<(), StorageError> {
        let (whole, _) = self.media_type.split_once(';').unwrap_or((&self.media_type, ""));
        let is_token = |text: &str| {
            !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
        };
        let is_type = whole.trim_end().split_once('/').is_some_and(|(one, other)| is_token(one) && is_token(other));
        let fits = self.media_type.len() <= 255 && self.media_type.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if !is_type || !fits {
            return Err(StorageError::content(format!("`{}` is no media type", self.media_type.escape_debug())));
        }
        for (name, value) in &self.metadata {
            let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            if !name.starts_with(|char: char| char.is_ascii_lowercase()) || !name.bytes().all(is_name) {
                return Err(StorageError::content(format!(
                    "`{}` is no name of metadata: lower-case letters, digits and `-` are",
                    name.escape_debug()
                )));
            }
            // Not every server of S3 keeps a header without a value.
            if value.is_empty() {
                return Err(StorageError::content(format!("`{name}` of the metadata is empty")));
            }
        }
        let bytes: usize = self.metadata.iter().map(|(name, value)| name.len() + written(value).len()).sum();
        if bytes > MOST_METADATA {
            return Err(StorageError::content(format!("the metadata have {bytes} bytes of at most {MOST_METADATA}")));
        }
        Ok(())
    }
}

/// A value of metadata as it goes into a header: what a header can't have is percent-encoded, by every backend alike, so
/// that all have one limit.
pub(crate) fn written(value: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const ESCAPED: &AsciiSet = &CONTROLS.add(b'%').add(b' ');
    utf8_percent_encode(value, ESCAPED).to_string()
}

/// The reverse. What another program wrote there and is no UTF-8 keeps its escapes.
#[cfg(feature = "s3")]
pub(crate) fn read(value: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(value).decode_utf8();
    decoded.map_or_else(|_| value.to_owned(), std::borrow::Cow::into_owned)
}

/// What is known of a stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct About {
    /// In bytes.
    pub size: u64,
    /// Its media type and metadata.
    pub kind: Kind,
    /// When it was stored, as the store's clock has it.
    pub modified: SystemTime,
    /// Another one for other bytes: for `etag` of HTTP, without its quotes.
    pub version: String,
}

impl About {
    /// For backends.
    pub fn of(size: u64, kind: Kind, modified: SystemTime, version: impl Into<String>) -> Self {
        Self { size, kind, modified, version: version.into() }
    }
}

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Object {
    /// What is known of it.
    pub about: About,
    /// All of it.
    pub bytes: Bytes,
}

/// Bytes that come.
pub type Chunks = BoxStream<'static, Result<Bytes, StorageError>>;

/// A stored file whose bytes come one after the other.
#[non_exhaustive]
pub struct Reading {
    /// What is known of all of it, whatever part is read.
    pub about: About,
    /// The bytes; an error is the end.
    pub chunks: Chunks,
}

impl Reading {
    /// For backends.
    pub fn of(about: About, chunks: Chunks) -> Self {
        Self { about, chunks }
    }
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("about", &self.about).finish_non_exhaustive()
    }
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The whole key.
    pub key: String,
    /// In bytes.
    pub size: u64,
    /// When it was stored.
    pub modified: SystemTime,
}

impl Entry {
    /// For backends.
    pub fn of(key: impl Into<String>, size: u64, modified: SystemTime) -> Self {
        Self { key: key.into(), size, modified }
    }
}

/// A part of a list, in the order of the keys' bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// The files.
    pub entries: Vec<Entry>,
    /// Where there are more: what to give as `after` for the next page.
    pub next: Option<String>,
}
