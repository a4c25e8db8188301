//! What a token is compared with, and what stands for it in a browser. In: a token, or a cookie's value. Out: whether it
//! is good.
//!
//! The cookie holds when it ends, and a MAC over that whose key is the token. So every replica knows it, none keeps it,
//! and with another token all are void.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How long a browser stays signed in.
pub(super) const LASTS: u64 = 12 * 60 * 60;

/// One token. Only MACs of it are compared, in constant time, whatever the length of what was sent.
#[derive(Clone)]
pub(super) struct Sessions {
    keyed: Hmac<Sha256>,
    token: Vec<u8>,
}

impl Sessions {
    pub(super) fn new(token: &str) -> Self {
        let keyed = Hmac::new_from_slice(token.as_bytes()).expect("a key of HMAC may have any length");
        let token = mac(&keyed, "token", token).finalize().into_bytes().to_vec();
        Self { keyed, token }
    }

    /// Whether it is the token.
    pub(super) fn is_token(&self, sent: &str) -> bool {
        mac(&self.keyed, "token", sent).verify_slice(&self.token).is_ok()
    }

    /// The value of a cookie that is good from now on.
    pub(super) fn issue(&self, now: u64) -> String {
        let ends = (now + LASTS).to_string();
        let tag = mac(&self.keyed, "session", &ends).finalize().into_bytes();
        let mut value = format!("{ends}.");
        for byte in tag {
            // Writing to a string can't fail.
            let _ = write!(value, "{byte:02x}");
        }
        value
    }

    /// Whether the value of a cookie is one of ours, and its time is not over.
    pub(super) fn is_session(&self, value: &str, now: u64) -> bool {
        let Some((ends, tag)) = value.split_once('.') else { return false };
        let Some(tag) = bytes(tag) else { return false };
        let is_ours = mac(&self.keyed, "session", ends).verify_slice(&tag).is_ok();
        is_ours && ends.parse::<u64>().is_ok_and(|ends| now < ends && ends <= now + LASTS)
    }
}

/// What each is for is in it, so that neither passes for the other.
fn mac(keyed: &Hmac<Sha256>, what: &str, text: &str) -> Hmac<Sha256> {
    let mut mac = keyed.clone();
    mac.update(b"microcore system ");
    mac.update(what.as_bytes());
    mac.update(b"\0");
    mac.update(text.as_bytes());
    mac
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    hex.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "a token of thirty-two bytes or so";

    #[test]
    fn a_session_is_good_on_every_replica_until_it_ends() {
        let (one, other) = (Sessions::new(TOKEN), Sessions::new(TOKEN));
        let issued = one.issue(1_000);
        assert!(other.is_session(&issued, 1_000) && other.is_session(&issued, 999 + LASTS));
        assert!(!other.is_session(&issued, 1_000 + LASTS), "its time is over");
        assert!(!other.is_session(&issued, 999), "no clock of ours has made it");
        assert!(!Sessions::new("another token of thirty-two bytes").is_session(&issued, 1_000));
    }

    #[test]
    fn what_was_changed_is_no_session() {
        let sessions = Sessions::new(TOKEN);
        let issued = sessions.issue(1_000);
        let (ends, tag) = issued.split_once('.').unwrap();
        let later = (1_000 + LASTS - 1).to_string();
        for forged in [
            format!("{later}.{tag}"),
            format!("{ends}.{}", "0".repeat(64)),
            format!("{ends}."),
            format!("{ends}.{}", &tag[..62]),
            format!("{ends}.{tag}00"),
            format!("+{ends}.{tag}"),
            format!("0{ends}.{tag}"),
            ends.to_owned(),
            String::new(),
            TOKEN.to_owned(),
        ] {
            assert!(!sessions.is_session(&forged, 1_000), "{forged}");
        }
    }

    #[test]
    fn a_token_is_itself_and_nothing_else() {
        let sessions = Sessions::new(TOKEN);
        assert!(sessions.is_token(TOKEN));
        for wrong in ["", &TOKEN[1..], &TOKEN[..TOKEN.len() - 1], &format!("{TOKEN}x"), &TOKEN.to_uppercase()] {
            assert!(!sessions.is_token(wrong), "{wrong}");
        }
    }
}
