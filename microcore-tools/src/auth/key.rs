//! The key that signs tokens. In: the text of a setting. Out: at least 32 bytes that never show themselves.

use std::fmt;

use microcore_runtime::settings::FromSetting;

/// RFC 7518, 3.2: a key for HMAC-SHA-256 has at least as many bytes as its output.
const FEWEST_BYTES: usize = 32;

/// A key of at least 32 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(Vec<u8>);

impl SigningKey {
    /// A key that nobody else has and that ends with the process.
    pub(super) fn random() -> Option<Self> {
        let mut bytes = vec![0; FEWEST_BYTES];
        getrandom::fill(&mut bytes).ok()?;
        Some(Self(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl FromSetting for SigningKey {
    const EXPECTS: &'static str = "at least 32 bytes";
    const SECRET: bool = true;

    fn from_setting(text: &str) -> Option<Self> {
        (text.len() >= FEWEST_BYTES).then(|| Self(text.as_bytes().to_vec()))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
