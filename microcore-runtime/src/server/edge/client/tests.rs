//! Whom a request counts as, by the settings and its headers.

use super::*;
use crate::settings::{Environment, Settings};

fn head(headers: &[(&str, &[u8])]) -> Head {
    let mut request = http::Request::get("/");
    for (name, value) in headers {
        request = request.header(*name, http::HeaderValue::from_bytes(value).unwrap());
    }
    request.body(()).unwrap().into_parts().0
}

/// The client of a request that comes from 10.0.0.1.
#[track_caller]
fn client(setting: (&str, &str), headers: &[(&str, &[u8])]) -> String {
    let settings = ServerSettings::load(&Environment::of([setting])).unwrap();
    let peer: IpAddr = "10.0.0.1".parse().unwrap();
    let proxies = Proxies::of(&settings);
    proxies.map_or(peer, |proxies| proxies.client(peer, &head(headers))).to_string()
}

const PEER: &str = "10.0.0.1";

#[test]
fn only_as_many_entries_are_believed_as_there_are_proxies() {
    let of = |proxies: &str, list: &str| client(("HTTP_PROXIES", proxies), &[("x-forwarded-for", list.as_bytes())]);
    assert_eq!(of("0", "1.1.1.1"), PEER);
    assert_eq!(of("1", "6.6.6.6, 1.1.1.1"), "1.1.1.1");
    assert_eq!(of("2", "6.6.6.6, 1.1.1.1, 10.0.0.2"), "1.1.1.1");
    assert_eq!(of("2", "1.1.1.1"), PEER, "fewer than there must be: nobody wrote it");
    assert_eq!(of("1", "unknown"), PEER);
    assert_eq!(of("1", ""), PEER);
    assert_eq!(of("1", "2.2.2.2:4711"), "2.2.2.2");
    assert_eq!(of("1", "[2001:db8::1]:4711"), "2001:db8::1");
    assert_eq!(of("1", " , ,2.2.2.2,"), "2.2.2.2", "empty entries are none");
    let long = format!("{}2.2.2.2", "6.6.6.6,".repeat(100_000));
    assert_eq!(of("1", &long), "2.2.2.2", "the client's own part may be as long as it likes");
}

#[test]
fn what_a_client_wrote_spoils_nothing_that_the_proxy_wrote_behind_it() {
    let one = ("HTTP_PROXIES", "1");
    assert_eq!(client(one, &[("x-forwarded-for", b"\xff\xfe, \"6.6.6.6, 2.2.2.2")]), "2.2.2.2");
    assert_eq!(client(one, &[("x-forwarded-for", b"6.6.6.6"), ("x-forwarded-for", b"2.2.2.2")]), "2.2.2.2");
    assert_eq!(client(one, &[("forwarded", b"for=\"6.6.6.6"), ("forwarded", b"for=2.2.2.2")]), "2.2.2.2");
    assert_eq!(client(one, &[("forwarded", b"for=6.6.6.6;by=\", for=2.2.2.2")]), PEER, "an open quote is nobody");
}

#[test]
fn the_standard_header_says_it_as_well() {
    let one = ("HTTP_PROXIES", "1");
    assert_eq!(client(one, &[("forwarded", b"for=6.6.6.6, For=\"[2001:db8::2]:80\";proto=https")]), "2001:db8::2");
    assert_eq!(client(one, &[("forwarded", b"for=_hidden")]), PEER);
    assert_eq!(client(one, &[("forwarded", b"proto=https")]), PEER);
    assert_eq!(client(("HTTP_PROXIES", "0"), &[("forwarded", b"for=6.6.6.6")]), PEER);
}

#[test]
fn two_headers_count_where_they_say_the_same() {
    let of = |list: &'static str, standard: &'static str| {
        let headers: [(&str, &[u8]); 2] = [("x-forwarded-for", list.as_bytes()), ("forwarded", standard.as_bytes())];
        client(("HTTP_PROXIES", "1"), &headers)
    };
    assert_eq!(of("2.2.2.2", "for=\"2.2.2.2:80\""), "2.2.2.2");
    assert_eq!(of("2.2.2.2", "for=6.6.6.6"), PEER, "one of them is the client's own word");
    assert_eq!(of("2.2.2.2", "for=nonsense"), PEER);
}

#[test]
fn proxies_that_are_named_are_believed_and_nobody_else() {
    let of = |trusted: &'static str, list: &str| {
        client(("HTTP_TRUSTED_PROXIES", trusted), &[("x-forwarded-for", list.as_bytes())])
    };
    assert_eq!(of("10.0.0.0/8", "6.6.6.6, 1.1.1.1"), "1.1.1.1");
    assert_eq!(of("10.0.0.0/8", "6.6.6.6, 1.1.1.1, 10.0.0.2, 10.9.9.9:80"), "1.1.1.1", "however many they are");
    assert_eq!(of("192.168.0.0/16", "1.1.1.1"), PEER, "who asks is no proxy of ours");
    assert_eq!(of("10.0.0.1, 10.0.0.2", "1.1.1.1, 10.0.0.3, 10.0.0.2"), "10.0.0.3");
    assert_eq!(of("10.0.0.0/8", "10.0.0.5, 10.0.0.2"), "10.0.0.5", "a proxy itself asks");
    assert_eq!(of("10.0.0.0/8", "1.1.1.1, nonsense, 10.0.0.2"), "10.0.0.2", "no further than can be read");
    assert_eq!(of("10.0.0.0/8", ""), PEER);
}

#[test]
fn what_can_not_be_read_is_said_once() {
    let settings = ServerSettings::load(&Environment::of([("HTTP_PROXIES", "1")])).unwrap();
    let proxies = Proxies::of(&settings).unwrap();
    let peer = "10.0.0.1".parse().unwrap();
    assert!(!proxies.said.load(Ordering::Relaxed));
    proxies.client(peer, &head(&[("x-forwarded-for", b"2.2.2.2:4711")]));
    assert!(!proxies.said.load(Ordering::Relaxed), "this can be read");
    proxies.client(peer, &head(&[("x-forwarded-for", b"unknown")]));
    assert!(proxies.said.load(Ordering::Relaxed));
}
