//! Who asks. In: the other end of the connection and the head of a request. Out: the address of the client, as far as it
//! can be believed.
//!
//! Everything that tells clients apart takes this one value: the rate limit, `ctx.client`, the access log.

mod address;
mod forwarded;
mod network;

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use http::HeaderMap;

pub(in crate::server) use self::network::Network;
use super::ServerSettings;
use crate::request::Head;

const X_FORWARDED_FOR: &str = "x-forwarded-for";
const FORWARDED: &str = "forwarded";

/// The most of a value that a log line repeats.
const SHOWN: usize = 64;

/// The proxies in front, each of which adds whom it heard to `x-forwarded-for`, or to `forwarded` (RFC 7239).
#[derive(Debug)]
pub(super) struct Proxies {
    trust: Trust,
    /// Whether the log was told that a client can't be known.
    said: AtomicBool,
}

/// Which of the entries are believed, from the right; what stands left of them is the client's own word.
#[derive(Debug)]
enum Trust {
    /// As many as there are proxies.
    Count(usize),
    /// Those that proxies of these addresses wrote, the other end of the connection being the first of them.
    Named(Vec<Network>),
}

impl Proxies {
    /// `None` where no proxy is to be believed.
    pub(super) fn of(settings: &ServerSettings) -> Option<Self> {
        let named: Vec<Network> =
            settings.trusted_proxies.iter().flatten().filter_map(|text| Network::parse(text)).collect();
        let trust = match settings.proxies {
            0 if named.is_empty() => return None,
            0 => Trust::Named(named),
            count => Trust::Count(count),
        };
        Some(Self { trust, said: AtomicBool::new(false) })
    }

    /// The client, or the other end of the connection where no header says who it is.
    pub(super) fn client(&self, peer: IpAddr, head: &Head) -> IpAddr {
        if let Trust::Named(networks) = &self.trust
            && !networks.iter().any(|network| network.has(peer))
        {
            return peer;
        }
        let (by_list, by_standard) = (head.headers.get(X_FORWARDED_FOR), head.headers.get(FORWARDED));
        match (by_list.is_some(), by_standard.is_some()) {
            (false, false) => peer,
            (true, false) => self.heard(peer, X_FORWARDED_FOR, listed(&head.headers)),
            (false, true) => self.heard(peer, FORWARDED, forwarded::entries(&head.headers)),
            // A proxy that writes the one lets a client's own word pass in the other.
            (true, true) => {
                let list = self.heard(peer, X_FORWARDED_FOR, listed(&head.headers));
                let standard = self.heard(peer, FORWARDED, forwarded::entries(&head.headers));
                if list == standard {
                    return list;
                }
                self.say(format_args!("`{X_FORWARDED_FOR}` and `{FORWARDED}` name different clients"));
                peer
            }
        }
    }

    /// Whom the proxies heard. The entries come from the right: the latest first.
    fn heard<'h>(&self, peer: IpAddr, header: &str, mut entries: impl Iterator<Item = &'h [u8]>) -> IpAddr {
        match &self.trust {
            Trust::Count(count) => {
                // Fewer than there must be: nobody wrote it.
                let Some(entry) = entries.nth(count - 1) else { return peer };
                address::read(entry).unwrap_or_else(|| {
                    self.cannot_read(header, entry);
                    peer
                })
            }
            Trust::Named(networks) => {
                let mut last = peer;
                for entry in entries {
                    let Some(address) = address::read(entry) else {
                        self.cannot_read(header, entry);
                        return last;
                    };
                    last = address;
                    if !networks.iter().any(|network| network.has(address)) {
                        break;
                    }
                }
                last
            }
        }
    }

    #[cold]
    fn cannot_read(&self, header: &str, entry: &[u8]) {
        let shown = entry[..entry.len().min(SHOWN)].escape_ascii();
        self.say(format_args!("`{shown}` in `{header}` is no address"));
    }

    /// Once: a client can send what it likes as often as it likes.
    #[cold]
    fn say(&self, what: std::fmt::Arguments<'_>) {
        if !self.said.swap(true, Ordering::Relaxed) {
            tracing::warn!("{what}: such a request counts as its proxy's own; this is said once");
        }
    }
}

/// The entries of `x-forwarded-for`, from the right. Its bytes may be anything, of which a bad part spoils no other.
fn listed(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let values = headers.get_all(X_FORWARDED_FOR).into_iter().rev();
    values
        .flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|entry| !entry.is_empty())
}

#[cfg(test)]
mod tests;
