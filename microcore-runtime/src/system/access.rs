//! The settings of the rule: who may look, and the token that opens.

use std::fmt;

use crate::settings::FromSetting;

/// Who may see what tells about the inside: `SYSTEM_ACCESS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SystemAccess {
    /// Whoever sits at this machine.
    Local,
    /// Whoever has `SYSTEM_TOKEN`.
    Token,
    /// Whoever has a token of the tool `auth` with `SYSTEM_ROLE`.
    Role,
    /// Nobody: nothing is served.
    Off,
}

impl FromSetting for SystemAccess {
    const EXPECTS: &'static str = "local, token, role or off";

    fn from_setting(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "local" => Some(Self::Local),
            "token" => Some(Self::Token),
            "role" => Some(Self::Role),
            "off" => Some(Self::Off),
            _ => None,
        }
    }
}

/// Shorter ones could be guessed.
const FEWEST_BYTES: usize = 32;

/// The text that opens the system pages. It is sent in a header, so it is visible ASCII.
#[derive(Clone, PartialEq, Eq)]
pub struct SystemToken(String);

impl SystemToken {
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl FromSetting for SystemToken {
    const EXPECTS: &'static str = "at least 32 bytes of ASCII without spaces";
    const SECRET: bool = true;

    fn from_setting(text: &str) -> Option<Self> {
        let is_sent = text.bytes().all(|byte| byte.is_ascii_graphic());
        (text.len() >= FEWEST_BYTES && is_sent).then(|| Self(text.to_owned()))
    }
}

impl fmt::Debug for SystemToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}
