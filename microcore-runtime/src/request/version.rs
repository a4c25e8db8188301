//! Which version of a thing a request is about. In: the version that there is, and the conditions of a request. Out: whether
//! the request may go on: RFC 9110, 8.8.3 and 13.1.

use std::fmt::{self, Display};

use http::header::{IF_MATCH, IF_NONE_MATCH};
use http::{HeaderMap, HeaderName};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::error::{Error, Kind, Result};

/// What can't stand in a tag, and what the replacement itself needs.
const FOREIGN: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%');

/// What the gzipped twin of an answer adds to its tag: other bytes of the same version.
pub(crate) const GZIPPED: &str = "-gzip";

/// The version of what a handler tells or changes, such as the number of a row; it is sent as `etag`.
///
/// ```
/// use microcore_runtime::request::Version;
///
/// assert_eq!(Version::new(7).to_string(), "\"7\"");
/// assert_eq!(Version::weak("2026-11-28").to_string(), "W/\"2026-11-28\"");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    tag: String,
    is_weak: bool,
}

impl Version {
    /// A version that changes with every byte of what is told. Any text; what can't stand in a tag is percent-encoded.
    pub fn new(version: impl Display) -> Self {
        Self { tag: utf8_percent_encode(&version.to_string(), FOREIGN).to_string(), is_weak: false }
    }

    /// One that may stay when details change: good for `if-none-match`, and never for `if-match`.
    pub fn weak(version: impl Display) -> Self {
        Self { is_weak: true, ..Self::new(version) }
    }

    /// Asked before something is changed that has this version: whether the request means it. Without a condition, it does.
    ///
    /// # Errors
    ///
    /// 412 where `if-match` names other versions only, or `if-none-match` names this one or `*`.
    pub fn must_match(&self, headers: &HeaderMap) -> Result<()> {
        let is_meant = Tags::of(headers, &IF_MATCH).is_none_or(|tags| tags.name_strictly(&self.tag, self.is_weak));
        let is_unwanted = Tags::of(headers, &IF_NONE_MATCH).is_some_and(|tags| tags.name(&self.tag));
        if is_meant && !is_unwanted {
            return Ok(());
        }
        Err(Error::of(Kind::PreconditionFailed, "there is another version than the request is about"))
    }
}

impl Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\"{}\"", if self.is_weak { "W/" } else { "" }, self.tag)
    }
}

/// The tags of a condition.
pub(crate) struct Tags<'h> {
    is_any: bool,
    /// Each with whether it is weak.
    tags: Vec<(&'h str, bool)>,
}

impl<'h> Tags<'h> {
    /// On however many lines; `None` where there is no such condition.
    pub(crate) fn of(headers: &'h HeaderMap, name: &HeaderName) -> Option<Self> {
        let mut lines = headers.get_all(name).into_iter().peekable();
        lines.peek()?;
        let mut all = Self { is_any: false, tags: Vec::new() };
        for line in lines.filter_map(|line| line.to_str().ok()) {
            all.is_any |= line.trim() == "*";
            // A comma may stand in a tag, so the quotes are what counts.
            let mut left = line;
            while let Some((before, rest)) = left.split_once('"')
                && let Some((tag, after)) = rest.split_once('"')
            {
                all.tags.push((tag, before.ends_with("W/")));
                left = after;
            }
        }
        Some(all)
    }

    /// Weak comparison: by what is between the quotes.
    pub(crate) fn name(&self, tag: &str) -> bool {
        self.is_any || self.tags.iter().any(|(one, _)| is_same(one, tag))
    }

    /// Strong comparison: neither may be weak.
    pub(crate) fn name_strictly(&self, tag: &str, is_weak: bool) -> bool {
        self.is_any || !is_weak && self.tags.iter().any(|(one, weak)| !weak && is_same(one, tag))
    }
}

fn is_same(one: &str, tag: &str) -> bool {
    one == tag || one.strip_suffix(GZIPPED) == Some(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_meant(version: &Version, name: HeaderName, condition: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(name, condition.parse().unwrap());
        version.must_match(&headers).map_err(|error| assert_eq!(error.status(), 412)).is_ok()
    }

    #[test]
    fn a_change_is_of_the_version_that_it_names() {
        let version = Version::new(7);
        assert!(version.must_match(&HeaderMap::new()).is_ok());
        for (condition, may) in [
            ("\"7\"", true),
            ("\"6\", \"7\"", true),
            ("\"6,\",\"7\"", true),
            ("*", true),
            ("\"7-gzip\"", true),
            ("W/\"7\"", false),
            ("\"6\"", false),
            ("\"77\"", false),
            ("7", false),
            ("", false),
        ] {
            assert_eq!(is_meant(&version, IF_MATCH, condition), may, "{condition}");
        }
        assert!(!is_meant(&Version::weak(7), IF_MATCH, "W/\"7\""), "a weak one is never meant");
        assert!(!is_meant(&Version::weak(7), IF_MATCH, "\"7\""));
    }

    #[test]
    fn what_may_not_be_there_is_not_changed() {
        for (condition, may) in [("*", false), ("\"7\"", false), ("W/\"7\"", false), ("\"6\"", true)] {
            assert_eq!(is_meant(&Version::new(7), IF_NONE_MATCH, condition), may, "{condition}");
        }
    }

    #[test]
    fn any_text_is_a_version() {
        let version = Version::new("a \"b\"\n\u{e9}%");
        assert_eq!(version.to_string(), "\"a%20%22b%22%0A%C3%A9%25\"");
        assert!(is_meant(&version, IF_MATCH, &version.to_string()));
        assert!(is_meant(&Version::new("a,b"), IF_MATCH, "\"x\", \"a,b\""));
    }
}
