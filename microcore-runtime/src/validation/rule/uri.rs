//! Whether a text is a URL: an absolute URI (RFC 3986), which `format: uri` of the document means. In: the text.
//!
//! Those of the web need a host (RFC 9110, 4.2). A relative reference is none, and neither is what has spaces or letters
//! outside of ASCII: those are percent-encoded.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Schemes whose URIs name a host.
const OF_HOSTS: [&str; 5] = ["http", "https", "ws", "wss", "ftp"];

pub(super) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            (Some(&rest[..end]), &rest[end..])
        }
        None => (None, rest),
    };
    let needs_host = OF_HOSTS.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let has_host = authority.map_or(!needs_host, |authority| is_authority(authority, needs_host));
    is_scheme && has_host && is_made_of(path, b":@/") && is_made_of(query, b":@/?") && is_made_of(fragment, b":@/?")
}

fn is_authority(text: &str, needs_host: bool) -> bool {
    let (user, place) = text.rsplit_once('@').unwrap_or(("", text));
    if !is_made_of(user, b":") {
        return false;
    }
    let (host, port) = match place.strip_prefix('[').and_then(|inside| inside.split_once(']')) {
        Some((address, port)) if address.parse::<Ipv6Addr>().is_ok() => (address, port),
        Some(_) => return false,
        None => {
            let (host, port) = place.split_at(place.find(':').unwrap_or(place.len()));
            // What ends in a number is an address of four numbers, for every browser.
            let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
            let is_number = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
            if !is_made_of(host, b"") || (is_number && needs_host && host.parse::<Ipv4Addr>().is_err()) {
                return false;
            }
            (host, port)
        }
    };
    let is_port = match port.strip_prefix(':') {
        Some("") => true,
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok(),
        None => port.is_empty(),
    };
    is_port && !(needs_host && host.is_empty())
}

/// Unreserved characters, sub-delimiters, escapes, and these.
fn is_made_of(text: &str, more: &[u8]) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().enumerate().all(|(at, byte)| match byte {
        b'%' => matches!(bytes[at + 1..], [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit()),
        byte => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(byte) || more.contains(byte),
    })
}
