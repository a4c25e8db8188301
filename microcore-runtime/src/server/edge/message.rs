//! What HTTP itself asks of a request. In: its head, and its body that is not read. Out: nothing, or why it is refused.

use std::net::Ipv6Addr;

use http::header::{HOST, TRANSFER_ENCODING};
use http::{HeaderValue, StatusCode, Version, uri};
use hyper::body::Body as _;

use crate::context::Id;
use crate::error::{Error, Kind};
use crate::request::{Body, Head, Origin, Scheme};
use crate::response::{Response, empty, failure_of};

/// Headers that one request may have: what hyper allows in HTTP/1, where it answers by itself.
const MOST_HEADERS: usize = 100;

/// Costs one look-up where the length of the body is known.
#[inline]
pub(super) fn refusal(head: &Head, body: &Body, id: &Id) -> Option<Response> {
    if !names_its_host(head) {
        return Some(without_host(id));
    }
    // What has a length has no transfer coding.
    if body.size_hint().exact().is_none() && !is_chunked_only(head) {
        return Some(coded(id));
    }
    if head.headers.len() > MOST_HEADERS {
        return Some(too_many_headers());
    }
    None
}

/// Exactly one `host`, and a valid one: RFC 9112, 3.2. HTTP/1.0 may have none, HTTP/2 may say `:authority` instead.
///
/// A target that names its host must name a valid one: without the name of a user, RFC 9110, 4.2.4.
#[inline]
fn names_its_host(head: &Head) -> bool {
    if let Some(authority) = head.uri.authority()
        && !is_target(head, authority.as_str())
    {
        return false;
    }
    // Most clients say it first, as RFC 9110, 7.2 asks them to, and then there is nothing to look up.
    if let Some((name, host)) = head.headers.iter().next()
        && *name == HOST
        && head.headers.len() == head.headers.keys_len()
    {
        return is_host(host.as_bytes());
    }
    let mut hosts = head.headers.get_all(HOST).into_iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => is_host(host.as_bytes()),
        (None, _) => match head.version {
            Version::HTTP_2 => head.uri.authority().is_some(),
            version => version < Version::HTTP_11,
        },
        (Some(_), Some(_)) => false,
    }
}

/// Whether the host of a target is one, and on HTTP/2 the same as that of a header: RFC 9113, 8.3.1. In HTTP/1 the target
/// goes before the header: RFC 9112, 3.2.2.
fn is_target(head: &Head, authority: &str) -> bool {
    let named = head.headers.get(HOST).filter(|_| head.version == Version::HTTP_2);
    is_host(authority.as_bytes())
        && !authority.is_empty()
        && named.is_none_or(|named| named == authority || is_same(head, named, authority))
}

#[cold]
fn is_same(head: &Head, named: &HeaderValue, authority: &str) -> bool {
    let scheme = if head.uri.scheme() == Some(&uri::Scheme::HTTPS) { Scheme::Https } else { Scheme::Http };
    let origin = Origin::of(scheme, authority);
    origin.is_some() && origin == named.to_str().ok().and_then(|named| Origin::of(scheme, named))
}

/// The bytes of most hosts: a table, because every byte of every request's host is looked at.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        plain[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        byte += 1;
    }
    plain
};

/// `uri-host [ ":" port ]`, RFC 9110, 7.2. An empty one is valid: a target may have no authority.
#[inline]
pub(in crate::server) fn is_host(host: &[u8]) -> bool {
    let name = host.iter().position(|byte| !PLAIN[usize::from(*byte)]).unwrap_or(host.len());
    is_port(&host[name..]) || is_unusual_host(host)
}

#[inline]
fn is_port(rest: &[u8]) -> bool {
    match rest {
        [] => true,
        [b':', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// An address in brackets, or a name with what RFC 3986, 3.2.2 allows beside letters.
#[cold]
fn is_unusual_host(host: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(host) else { return false };
    if let Some((address, port)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        return address.parse::<Ipv6Addr>().is_ok() && is_port(port.as_bytes());
    }
    let (name, port) = text.split_at(text.find(':').unwrap_or(text.len()));
    let mut left = name.bytes();
    while let Some(byte) = left.next() {
        let is_right = match byte {
            b'%' => (0..2).all(|_| left.next().is_some_and(|digit| digit.is_ascii_hexdigit())),
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte),
        };
        if !is_right {
            return false;
        }
    }
    is_port(port.as_bytes())
}

/// Other codings are not undone here, so what they hide must not be taken for the body: RFC 9112, 6.1.
#[cold]
fn is_chunked_only(head: &Head) -> bool {
    let mut codings = head.headers.get_all(TRANSFER_ENCODING).into_iter();
    match (codings.next(), codings.next()) {
        // A body of HTTP/2, whose length nobody announced.
        (None, _) => true,
        (Some(coding), None) => coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked"),
        (Some(_), Some(_)) => false,
    }
}

#[cold]
fn without_host(id: &Id) -> Response {
    failure_of(&Error::bad_request("exactly one valid header `host` is required"), Some(id))
}

#[cold]
fn coded(id: &Id) -> Response {
    failure_of(&Error::of(Kind::NotImplemented, "the only transfer coding is `chunked`"), Some(id))
}

/// Without a body, as in HTTP/1.
#[cold]
fn too_many_headers() -> Response {
    empty(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE)
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn a_host_is_a_name_or_an_address_with_a_port_or_without() {
        for right in ["", "a", "a.example", "my_app-1:8080", "127.0.0.1:80", "[::1]", "[::1]:80", "a:", "a%20b", "a~b"]
        {
            assert!(is_host(right.as_bytes()), "{right}");
        }
        for wrong in
            ["a b", "a/..", "a:b", "a:80:80", "me@a", "[::1", "::1", "[a]", "[::1]80", "a%2", "a%zz", "a?b", "é"]
        {
            assert!(!is_host(wrong.as_bytes()), "{wrong}");
        }
    }
}
