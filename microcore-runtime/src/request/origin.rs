//! Where a page is from, and which host is asked. In: what a header or a setting says. Out: values that are equal where a
//! browser means the same.
//!
//! Names ignore case and the dot of the root, an address of IPv6 has many spellings, and the port of a scheme need not be
//! said: RFC 3986, 6.2, and RFC 6454, 4.

use std::fmt;
use std::net::Ipv6Addr;

use http::uri::Authority;

/// Scheme, host and port. Written, it is what browsers send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: Scheme,
    /// In lower case, without the dot of the root.
    host: String,
    port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }
}

impl Origin {
    /// Of the header `origin`; `None` for `null` and for what has a path or another scheme.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        let scheme =
            [Scheme::Http, Scheme::Https].into_iter().find(|known| known.name().eq_ignore_ascii_case(scheme))?;
        Self::of(scheme, authority)
    }

    /// Of a host that is asked with this scheme, as `host` and `:authority` name it.
    pub(crate) fn of(scheme: Scheme, authority: &str) -> Option<Self> {
        let parsed: Authority = authority.parse().ok().filter(|_| !authority.contains('@'))?;
        let host = parsed.host();
        let port = match authority.strip_prefix(host)?.strip_prefix(':') {
            None | Some("") => scheme.port(),
            Some(port) => port.parse().ok()?,
        };
        Some(Self { scheme, host: plain(host)?, port })
    }

    #[cfg(feature = "ws")]
    pub(crate) fn scheme(&self) -> Scheme {
        self.scheme
    }
}

/// One spelling of a host.
fn plain(host: &str) -> Option<String> {
    if let Some(address) = host.strip_prefix('[') {
        let address: Ipv6Addr = address.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    is_name.then(|| name.to_ascii_lowercase())
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.name(), self.host)?;
        if self.port == self.scheme.port() { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_means_the_same_by_is_equal() {
        let same = [
            ["http://localhost", "http://localhost:80"],
            ["https://localhost", "https://localhost:443"],
            ["https://App.Example", "HTTPS://app.example."],
            ["http://[::1]:80", "http://[0:0:0:0:0:0:0:1]"],
            ["http://[2001:DB8::1]:81", "http://[2001:db8::1]:81"],
            ["http://a:", "http://a"],
        ];
        for [one, other] in same {
            assert_eq!(Origin::parse(one).unwrap(), Origin::parse(other).unwrap(), "{one} {other}");
        }
        for [one, other] in [
            ["http://localhost", "https://localhost"],
            ["http://localhost", "http://localhost:443"],
            ["https://localhost:80", "https://localhost"],
            ["http://a.example", "http://b.example"],
            ["http://a", "http://a.b"],
            ["http://[::1]", "http://[::2]"],
        ] {
            assert_ne!(Origin::parse(one).unwrap(), Origin::parse(other).unwrap(), "{one} {other}");
        }
        let none = [
            "null",
            "",
            "a",
            "//a",
            "ftp://a",
            "http://",
            "http://a/",
            "http://a/b",
            "http://u@a",
            "http://a:x",
            "http://.",
        ];
        for none in none {
            assert_eq!(Origin::parse(none), None, "{none}");
        }
    }
}
