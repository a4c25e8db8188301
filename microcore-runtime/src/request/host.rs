//! Which hosts a request names. In: its head. Out: each as the application is known by it: in lower case, without port and
//! without the dot that ends a name.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use http::header::HOST;

use super::Head;

/// All of them: the target's authority, which HTTP/2 has as `:authority`, and each header `host`. Every one counts where a
/// request must not pass for another: which of them the next hop goes by is not known here.
///
/// `None` in place of one that is no host.
pub(crate) fn hosts(head: &Head) -> impl Iterator<Item = Option<Cow<'_, str>>> {
    let target = head.uri.authority().map(|authority| authority.as_str().as_bytes());
    let named = head.headers.get_all(HOST).into_iter().map(http::HeaderValue::as_bytes);
    target.into_iter().chain(named).map(host)
}

/// The host of an authority without user.
pub(crate) fn host(authority: &[u8]) -> Option<Cow<'_, str>> {
    let text = std::str::from_utf8(authority).ok()?;
    let is_port = |rest: &str| {
        rest.is_empty() || rest.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if let Some((inside, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        let address: Ipv6Addr = inside.parse().ok().filter(|_| is_port(rest))?;
        return Some(Cow::Owned(address.to_string()));
    }
    let (name, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    if name.is_empty() || !is_name || !is_port(rest) {
        return None;
    }
    let is_low = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    Some(if is_low { Cow::Borrowed(name) } else { Cow::Owned(name.to_ascii_lowercase()) })
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn a_host_is_what_it_is_however_it_is_written() {
        for (authority, name) in [
            ("a.example", Some("a.example")),
            ("A.Example:8080", Some("a.example")),
            ("a.example.", Some("a.example")),
            ("a.example.:80", Some("a.example")),
            ("127.0.0.1:5000", Some("127.0.0.1")),
            ("[::1]:5000", Some("::1")),
            ("[0:0:0:0:0:0:0:1]", Some("::1")),
            ("localhost:", Some("localhost")),
            ("", None),
            (".", None),
            ("u@a.example", None),
            ("a.example:x", None),
            ("a b", None),
            ("::1", None),
            ("[a]", None),
            ("a/b", None),
        ] {
            assert_eq!(host(authority.as_bytes()).as_deref(), name, "{authority}");
        }
        assert_eq!(host(b"\xff"), None);
    }
}
