//! What is known about one key: the row of the settings table.

use std::path::PathBuf;

use super::FromSetting;

/// One key that a settings struct reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// `MAIL_FROM`.
    pub name: &'static str,
    /// The first sentence of the field's documentation.
    pub doc: &'static str,
    /// What a value must be: "an integer", "a duration such as 500ms, 30s or 5m".
    pub expects: &'static str,
    /// The text that an unset key stands for.
    pub default: Option<&'static str>,
    /// Whether it must be set.
    pub required: bool,
    /// Whether its value is never shown.
    pub secret: bool,
    /// The least and the most that it may be, as one would write them.
    pub within: Option<(&'static str, &'static str)>,
}

impl Key {
    /// The key of a field of type `T`; one mention of `T`, so that a type that can't be read is one error.
    pub const fn of<T: FromSetting>(name: &'static str, doc: &'static str, default: Option<&'static str>) -> Self {
        Self {
            name,
            doc,
            expects: T::EXPECTS,
            default,
            required: T::REQUIRED && default.is_none(),
            secret: T::SECRET,
            within: T::WITHIN,
        }
    }

    /// Whether its value is a path.
    pub(crate) const fn is_path(&self) -> bool {
        let (own, path) = (self.expects.as_bytes(), <PathBuf as FromSetting>::EXPECTS.as_bytes());
        let mut at = 0;
        while at < own.len() && at < path.len() {
            if own[at] != path[at] {
                return false;
            }
            at += 1;
        }
        own.len() == path.len()
    }

    /// The same key, with bounds of its own.
    #[must_use]
    pub const fn within(self, least: &'static str, most: &'static str) -> Self {
        Self { within: Some((least, most)), ..self }
    }
}
