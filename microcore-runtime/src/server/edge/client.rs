//! Who asks: the other end of the connection, or whom the proxies in front name.

use std::net::IpAddr;

use crate::request::Head;

/// With `proxies` of ours in front, the address that the outermost of them saw: the one so far from the right of
/// `x-forwarded-for`. What stands left of it is the client's own word.
#[inline]
pub(super) fn address(peer: IpAddr, proxies: usize, head: &Head) -> IpAddr {
    if proxies == 0 { peer } else { named(peer, proxies, head) }
}

fn named(peer: IpAddr, proxies: usize, head: &Head) -> IpAddr {
    let named = head.headers.get_all("x-forwarded-for").into_iter().filter_map(|value| value.to_str().ok());
    let addresses: Vec<&str> = named.flat_map(|value| value.split(',')).map(str::trim).collect();
    let position = addresses.len().checked_sub(proxies);
    position
        .and_then(|position| addresses[position].parse().ok())
        .map_or(peer, |address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_our_proxies_wrote_is_believed() {
        let peer: IpAddr = "10.0.0.1".parse().unwrap();
        let head =
            |sent: &str| http::Request::get("/").header("x-forwarded-for", sent).body(()).unwrap().into_parts().0;
        let of = |proxies, sent: &str| address(peer, proxies, &head(sent)).to_string();
        assert_eq!(of(0, "1.1.1.1"), "10.0.0.1");
        assert_eq!(of(1, "6.6.6.6, 1.1.1.1"), "1.1.1.1");
        assert_eq!(of(2, "6.6.6.6, 1.1.1.1, 10.0.0.2"), "1.1.1.1");
        assert_eq!(of(2, "1.1.1.1"), "10.0.0.1", "fewer than there must be: nobody wrote it");
        assert_eq!(of(1, "unknown"), "10.0.0.1");
    }
}
