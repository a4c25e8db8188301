//! By which names the application may be asked. In: the hosts of a request. Out: whether all of them are among those of
//! `HTTP_HOSTS`.
//!
//! Who builds links from the request's host, or keeps answers by it, must not be told a foreign one.

use crate::error::{Error, Kind};
use crate::request::{Head, host, hosts};
use crate::server::ServerSettings;

#[derive(Debug)]
pub(super) struct Hosts {
    names: Vec<String>,
    /// `.example.com`: every name that ends so.
    below: Vec<String>,
}

impl Hosts {
    /// `None` where every name will do. What is wrong with the setting has ended the boot.
    pub(super) fn of(settings: &ServerSettings) -> Option<Self> {
        let known = settings.hosts.as_deref().filter(|hosts| !hosts.is_empty())?;
        let (below, names) = known.iter().map(|name| plain(name)).partition(|name: &String| name.starts_with('.'));
        Some(Self { names, below })
    }

    /// The refusal, where the request names another host or none.
    pub(super) fn refusal(&self, head: &Head) -> Option<Error> {
        let mut is_named = false;
        for host in hosts(head) {
            is_named = true;
            if !host.is_some_and(|host| self.has(&host)) {
                return Some(foreign());
            }
        }
        (!is_named).then(foreign)
    }

    fn has(&self, host: &str) -> bool {
        self.names.iter().any(|name| name == host)
            || self.below.iter().any(|end| host.len() > end.len() && host.ends_with(end.as_str()))
    }
}

/// RFC 9110, 15.5.20: the client may ask at another connection, and a proxy does not keep it.
#[cold]
fn foreign() -> Error {
    Error::of(Kind::MisdirectedRequest, "this host is not served here")
}

/// As requests are compared: `*.Example.com` is `.example.com`, `[::1]` is `::1`.
fn plain(name: &str) -> String {
    let low = name.to_ascii_lowercase();
    let low = low.strip_suffix('.').unwrap_or(&low);
    if let Some(below) = low.strip_prefix('*') {
        return below.to_owned();
    }
    host(low.as_bytes()).map_or_else(|| low.to_owned(), std::borrow::Cow::into_owned)
}

/// What must be written instead, where no request can have such a host.
pub(in crate::server) fn refusal(name: &str) -> Option<String> {
    let bare = name.strip_prefix("*.").unwrap_or(name);
    let has_port = !bare.starts_with('[') && bare.contains(':') && bare.parse::<std::net::Ipv6Addr>().is_err();
    let is_address = bare.parse::<std::net::Ipv6Addr>().is_ok();
    let is_host = host(bare.as_bytes()).is_some() && !has_port && !bare.contains("]:");
    let starred =
        name.starts_with("*.") && (bare.starts_with('[') || is_address || bare.parse::<std::net::IpAddr>().is_ok());
    (starred || !(is_host || is_address)).then(|| {
        format!("must be names such as example.com, *.example.com for all below it, or addresses, without a port, not `{name}`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Environment, Settings};

    fn hosts_of(setting: &str) -> Hosts {
        Hosts::of(&ServerSettings::load(&Environment::of([("HTTP_HOSTS", setting)])).unwrap()).unwrap()
    }

    #[test]
    fn a_name_is_one_of_the_list_or_below_a_star() {
        let hosts = hosts_of("Example.com, *.example.org, 10.0.0.7, ::1");
        let asked = |host: &str| {
            let head = http::Request::get("/").header("host", host).body(()).unwrap().into_parts().0;
            hosts.refusal(&head).is_none()
        };
        for right in [
            "example.com",
            "EXAMPLE.com:8080",
            "example.com.",
            "a.example.org",
            "a.b.example.org",
            "10.0.0.7:80",
            "[::1]:80",
        ] {
            assert!(asked(right), "{right}");
        }
        for wrong in [
            "",
            "example.org",
            ".example.org",
            "aexample.org",
            "www.example.com",
            "example.com.evil.example",
            "localhost",
            "10.0.0.8",
            "u@example.com",
        ] {
            assert!(!asked(wrong), "{wrong}");
        }
    }

    #[test]
    fn every_host_that_a_request_names_must_be_known() {
        let hosts = hosts_of("a.example");
        let head = |target: &str, named: &[&str]| {
            let request = named.iter().fold(http::Request::get(target), |request, host| request.header("host", *host));
            request.body(()).unwrap().into_parts().0
        };
        assert!(hosts.refusal(&head("http://a.example/", &[])).is_none(), "HTTP/2 says it in its target");
        assert!(hosts.refusal(&head("http://a.example/", &["a.example"])).is_none());
        assert!(hosts.refusal(&head("http://b.example/", &["a.example"])).is_some());
        assert!(hosts.refusal(&head("http://a.example/", &["b.example"])).is_some());
        assert_eq!(hosts.refusal(&head("/", &[])).unwrap().status(), 421, "HTTP/1.0 may name none");
    }

    #[test]
    fn what_no_request_can_name_is_refused() {
        for right in ["example.com", "*.example.com", "localhost", "10.0.0.7", "::1", "[::1]", "my_app"] {
            assert_eq!(refusal(right), None, "{right}");
        }
        for wrong in [
            "*",
            "example.com:80",
            "https://example.com",
            "example.com/",
            "*.",
            "*.10.0.0.7",
            "*example.com",
            "a.*.b",
            "[::1]:80",
            "b\u{fc}cher.example",
        ] {
            assert!(refusal(wrong).is_some_and(|said| said.ends_with(&format!("not `{wrong}`"))), "{wrong}");
        }
    }
}
