//! Which version of a file this is, and what a client that has one already needs. In: the file's metadata and the
//! request's conditions. Out: `etag` and `last-modified`, and whether to send anything.

use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE};
use http::{HeaderMap, HeaderName};

/// The version of a file: its length and the time of its last change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) etag: String,
    /// Whole seconds: a date has no more.
    pub(super) modified: Option<SystemTime>,
}

/// What is sent of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// The file, or a range of it.
    Content,
    /// 304: the client has it.
    Nothing,
    /// 412: the client is about another version.
    Refusal,
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

    /// What the client's conditions come to, in the order of RFC 9110, 13.2.2.
    pub(super) fn due(&self, headers: &HeaderMap) -> Due {
        // Without a condition, which is the common case, each is one look-up.
        let is_meant = match tags(headers, IF_MATCH) {
            Some(mut tags) => tags.any(|tag| tag == "*" || tag == self.etag),
            // Where both are sent, the date is not looked at.
            None => {
                date(headers, IF_UNMODIFIED_SINCE).zip(self.modified).is_none_or(|(date, modified)| modified <= date)
            }
        };
        if !is_meant {
            return Due::Refusal;
        }
        let is_known = match tags(headers, IF_NONE_MATCH) {
            // Weak comparison.
            Some(mut tags) => tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == self.etag),
            None => {
                date(headers, IF_MODIFIED_SINCE).zip(self.modified).is_some_and(|(date, modified)| modified <= date)
            }
        };
        if is_known { Due::Nothing } else { Due::Content }
    }

    /// Whether a range of the client's is one of this version: where it asks, by tag or date.
    pub(super) fn may_be_ranged(&self, headers: &HeaderMap) -> bool {
        let Some(condition) = text(headers, IF_RANGE) else { return true };
        let date = || httpdate::parse_http_date(condition).ok().zip(self.modified);
        condition == self.etag || date().is_some_and(|(date, modified)| date == modified)
    }
}

/// The tags of a condition, on however many lines; `None` where it is not sent.
fn tags(headers: &HeaderMap, name: HeaderName) -> Option<impl Iterator<Item = &str>> {
    let mut lines = headers.get_all(name).into_iter().peekable();
    lines.peek()?;
    Some(lines.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(',')).map(str::trim))
}

/// A date that can't be read is no condition: RFC 9110, 13.1.3 and 13.1.4.
fn date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(text(headers, name)?).ok()
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}
