//! Which version of a file this is, and what a client that has one already needs. In: the file's metadata and the
//! request's conditions. Out: `etag` and `last-modified`, and whether to send anything.

use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE};
use http::{HeaderMap, HeaderName};

/// The version of a file: its length and the time of its last change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) etag: String,
    /// Whole seconds: a date has no more.
    pub(super) modified: Option<SystemTime>,
}

impl Version {
    pub(super) fn of(metadata: &Metadata) -> Self {
        let since = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let nanos = since.unwrap_or_default().as_nanos();
        let modified = since.map(|since| UNIX_EPOCH + Duration::from_secs(since.as_secs()));
        Self { etag: format!("\"{:x}-{nanos:x}\"", metadata.len()), modified }
    }

    /// The same file, compressed: another representation.
    pub(super) fn encoded(mut self, encoding: &str) -> Self {
        self.etag.truncate(self.etag.len() - 1);
        self.etag = format!("{}-{encoding}\"", self.etag);
        self
    }

    /// Whether the client has it: 304.
    pub(super) fn is_known(&self, headers: &HeaderMap) -> bool {
        match text(headers, IF_NONE_MATCH) {
            // RFC 9110: where both are sent, the date is not looked at. Weak comparison.
            Some(tags) => {
                tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == self.etag)
            }
            None => {
                let since = text(headers, IF_MODIFIED_SINCE).and_then(|text| httpdate::parse_http_date(text).ok());
                since.zip(self.modified).is_some_and(|(since, modified)| modified <= since)
            }
        }
    }

    /// Whether a range of the client's is one of this version: where it asks, by tag or date.
    pub(super) fn may_be_ranged(&self, headers: &HeaderMap) -> bool {
        let Some(condition) = text(headers, IF_RANGE) else { return true };
        let date = || httpdate::parse_http_date(condition).ok().zip(self.modified);
        condition == self.etag || date().is_some_and(|(date, modified)| date == modified)
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}
