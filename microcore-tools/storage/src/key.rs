//! The names of files: the same rule for every backend, so that a key which one keeps is one that all keep.
//!
//! In: what a plugin wrote, which a client may have chosen. Out: a [`Key`], or what is wrong with it.

use std::fmt;

use super::StorageError;

/// The most bytes of a key.
pub const LONGEST_KEY: usize = 512;

/// The most bytes between two slashes: file systems have names of 255.
pub const LONGEST_SEGMENT: usize = 200;

/// A name of a file: `invoices/2026/42.pdf`. Its segments are not empty, none is `.` or `..`, and nothing in it is a control
/// character or a backslash.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl Key {
    /// Checks a name.
    pub fn of(text: &str) -> Result<Self, StorageError> {
        match fault(text) {
            None => Ok(Self(text.to_owned())),
            Some(why) => Err(StorageError::key(text, why)),
        }
    }

    /// Checks the name of a folder: `invoices/2026`, with a slash at its end or without; empty for all there is.
    pub fn folder(text: &str) -> Result<String, StorageError> {
        let plain = text.strip_suffix('/').unwrap_or(text);
        if plain.is_empty() && text.is_empty() {
            return Ok(String::new());
        }
        Self::of(plain).map(|key| key.0 + "/")
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands between the slashes.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn fault(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        return Some("it is empty");
    }
    if text.len() > LONGEST_KEY {
        return Some("it has more than 512 bytes");
    }
    if text.chars().any(|char| char.is_control() || char == '\\') {
        return Some("it has a control character or a backslash");
    }
    text.split('/').find_map(|segment| match segment {
        "" => Some("it begins or ends with a slash, or has two together"),
        "." | ".." => Some("a segment is `.` or `..`"),
        _ if segment.len() > LONGEST_SEGMENT => Some("a segment has more than 200 bytes"),
        _ => None,
    })
}
