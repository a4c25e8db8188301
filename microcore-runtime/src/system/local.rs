//! Whether a request comes from somebody who sits at this machine. In: its head and the other end of the connection.
//!
//! Two things look like it and are not. A page of another site, whose name leads here once it is loaded (DNS rebinding):
//! its requests name that host. A proxy on this machine: it says that it passes on what others ask, in one of many
//! headers, or speaks HTTP/1.0, as nginx did by default for twenty years.

use std::net::IpAddr;

use http::Version;

use crate::request::{Head, hosts};

/// The listener is looked at elsewhere: it is the same for all requests.
pub(super) fn is_local(head: &Head, peer: IpAddr) -> bool {
    peer.to_canonical().is_loopback()
        && head.version >= Version::HTTP_11
        && names_this_machine(head)
        && !head.headers.keys().any(|name| is_of_a_proxy(name.as_str()))
}

/// At least one host, and none that another could be known by.
fn names_this_machine(head: &Head) -> bool {
    let mut count = 0;
    hosts(head).inspect(|_| count += 1).all(|host| host.is_some_and(|host| is_this_machine(&host))) && count > 0
}

/// RFC 6761, 6.3: names below `localhost` are this machine's own too.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let below =
        |host: &str| host.strip_suffix(".localhost").is_some_and(|label| !label.is_empty() && !label.starts_with('.'));
    matches!(host, "localhost" | "127.0.0.1" | "::1") || below(host)
}

/// What proxies add for those behind them, today and before there was a standard.
fn is_of_a_proxy(name: &str) -> bool {
    let name = name.replace('_', "-");
    // `forwarded`, `forwarded-for`, `x-forwarded`, `x-forwarded-host`, `x-forward-for`, …
    if name.starts_with("forwarded") || name.starts_with("x-forward") || name.starts_with("x-original-") {
        return true;
    }
    let known = [
        "via",
        "x-real-ip",
        "x-client-ip",
        "x-cluster-client-ip",
        "x-proxyuser-ip",
        "x-envoy-external-address",
        "x-azure-clientip",
        "client-ip",
        "true-client-ip",
        "cf-connecting-ip",
        "fastly-client-ip",
        "fly-client-ip",
        "cdn-loop",
    ];
    known.contains(&name.as_str())
}
