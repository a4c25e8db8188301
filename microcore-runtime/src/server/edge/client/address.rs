//! One entry of `x-forwarded-for` or `forwarded`. In: the text. Out: the address in it, without port, brackets, quotes
//! and zone.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]:4711`, `"[2001:db8::1]"`, `fe80::1%eth0`; nothing where it
/// is none of these, as are `unknown` and `_hidden`.
pub(super) fn read(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?;
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text).trim();
    if let Some((inside, port)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        return if port.is_empty() || port.strip_prefix(':').is_some_and(is_port) { version6(inside) } else { None };
    }
    match text.split_once(':') {
        None => version4(text),
        Some((address, port)) if !port.contains(':') => version4(address).filter(|_| is_port(port)),
        Some(_) => version6(text),
    }
}

fn version4(text: &str) -> Option<IpAddr> {
    text.parse::<Ipv4Addr>().ok().map(IpAddr::from)
}

/// The zone is of the machine that wrote it, and tells nobody else anything.
fn version6(text: &str) -> Option<IpAddr> {
    let address = text.split_once('%').map_or(text, |(address, _)| address);
    address.parse::<Ipv6Addr>().ok().map(|address| IpAddr::from(address).to_canonical())
}

/// A number, or the name that RFC 7239, 6.3 lets a proxy give it.
fn is_port(text: &str) -> bool {
    match text.strip_prefix('_') {
        Some(name) => name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)),
        None => text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn an_address_is_read_however_proxies_write_it() {
        for (entry, address) in [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("\"192.0.2.1:4711\"", "192.0.2.1"),
            ("\"192.0.2.1:_hidden\"", "192.0.2.1"),
            ("2001:DB8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("\"[2001:db8::1]:4711\"", "2001:db8::1"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%25eth0]:80", "fe80::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("[::ffff:192.0.2.1]:80", "192.0.2.1"),
        ] {
            assert_eq!(read(entry.as_bytes()).map(|read| read.to_string()).as_deref(), Some(address), "{entry}");
        }
    }

    #[test]
    fn what_is_no_address_is_none() {
        let long = "1".repeat(100_000);
        for entry in [
            "",
            "unknown",
            "_hidden",
            "a.example",
            "1.2.3",
            "1.2.3.4.5",
            "01.2.3.4",
            "1.2.3.4%eth0",
            "1.2.3.4:http",
            "1.2.3.4:123456",
            "[1.2.3.4]",
            "[::1",
            "::1]",
            "[::1]80",
            "[::1]x",
            "[]",
            "::1::",
            "\"1.2.3.4",
            "1.2.3.4/8",
            "1.2.3.4 5.6.7.8",
            "localhost",
            &long,
        ] {
            assert_eq!(read(entry.as_bytes()), None, "{entry}");
        }
        assert_eq!(read(b"\xff1.2.3.4"), None);
    }
}
