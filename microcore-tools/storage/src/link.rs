//! Addresses that a store without a server of its own gives away: a path of the application, until when, and a signature.
//!
//! In: a key and a time. Out: `/files/invoices/42.pdf?expires=1795968000&signature=…`, or whether one is good.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::Sha256;

use super::{Key, Leave};

/// What stands in a path as it is.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Signs addresses.
pub(crate) struct Links {
    /// What they begin with.
    base: String,
    secret: Vec<u8>,
}

impl Links {
    /// With this secret; without one, with a secret of this process, whose addresses end with it.
    pub(crate) fn new(base: &str, secret: Option<&str>) -> Self {
        let secret = secret.map_or_else(of_this_process, |secret| secret.as_bytes().to_vec());
        Self { base: base.trim_end_matches('/').to_owned(), secret }
    }

    /// The address of a file.
    pub(crate) fn link(&self, key: &Key, leave: Leave, ttl: Duration) -> String {
        let expires = now().saturating_add(ttl.as_secs().max(1));
        let signature = hex(&self.mac(key, leave, expires).finalize().into_bytes());
        let path = utf8_percent_encode(key.as_str(), ESCAPED);
        format!("{}/{path}?expires={expires}&signature={signature}", self.base)
    }

    /// Whether a signature is ours and not too old. It is compared in a time that tells nothing.
    pub(crate) fn admits(&self, key: &Key, leave: Leave, expires: u64, signature: &str) -> bool {
        let digits = signature.as_bytes();
        if digits.len() != 64 || !digits.is_ascii() {
            return false;
        }
        let bytes: Option<Vec<u8>> =
            signature.as_bytes().chunks(2).map(|two| u8::from_str_radix(str::from_utf8(two).ok()?, 16).ok()).collect();
        bytes.is_some_and(|bytes| self.mac(key, leave, expires).verify_slice(&bytes).is_ok()) && now() <= expires
    }

    fn mac(&self, key: &Key, leave: Leave, expires: u64) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("any length is a key of HMAC");
        let method = match leave {
            Leave::Read => "get",
            Leave::Write => "put",
        };
        // A key has no line break.
        mac.update(format!("{method}\n{expires}\n{key}").as_bytes());
        mac
    }
}

/// Two digits for each byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn of_this_process() -> Vec<u8> {
    let mut secret = vec![0; 32];
    getrandom::fill(&mut secret).expect("the system has random numbers");
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(link: &str) -> (u64, String) {
        let (_, query) = link.split_once("?expires=").unwrap();
        let (expires, signature) = query.split_once("&signature=").unwrap();
        (expires.parse().unwrap(), signature.to_owned())
    }

    #[test]
    fn a_link_opens_its_file_until_it_is_over_and_no_other() {
        let key = |text: &str| Key::of(text).unwrap();
        let links = Links::new("/files/", Some("secret"));
        let link = links.link(&key("a b/ä.txt"), Leave::Read, Duration::from_secs(60));
        assert!(link.starts_with("/files/a%20b/%C3%A4.txt?expires="), "{link}");
        let (expires, signature) = parts(&link);
        assert!(links.admits(&key("a b/ä.txt"), Leave::Read, expires, &signature));
        assert!(!links.admits(&key("a b/b.txt"), Leave::Read, expires, &signature));
        assert!(!links.admits(&key("a b/ä.txt"), Leave::Read, expires + 1, &signature), "the time is signed");
        assert!(!links.admits(&key("a b/ä.txt"), Leave::Read, expires, &signature[1..]));
        assert!(!links.admits(&key("a b/ä.txt"), Leave::Read, expires, &"é".repeat(32)));
        assert!(!Links::new("/files", Some("other")).admits(&key("a b/ä.txt"), Leave::Read, expires, &signature));
        assert!(!Links::new("/files", None).admits(&key("a b/ä.txt"), Leave::Read, expires, &signature));
        let past = now() - 1;
        let old = hex(&links.mac(&key("a"), Leave::Read, past).finalize().into_bytes());
        assert!(!links.admits(&key("a"), Leave::Read, past, &old));
        assert!(!links.admits(&key("a b/ä.txt"), Leave::Write, expires, &signature), "to read is not to write");
    }
}
