//! A setting that becomes a part of a header, a cookie or an address. In: its text. Out: a word that needs no escapes.

use microcore_runtime::settings::FromSetting;

/// A word of letters, digits, `-`, `_` and `.`: a scheme, or the name of a header, a cookie or a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word(String);

impl Word {
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromSetting for Word {
    const EXPECTS: &'static str = "a word of letters, digits, `-`, `_` and `.`";

    fn from_setting(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        (!text.is_empty() && text.bytes().all(fits)).then(|| Self(text.to_owned()))
    }
}
