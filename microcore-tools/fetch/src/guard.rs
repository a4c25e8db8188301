//! Where an address may lead that somebody else chose. In: a name or an address. Out: the public addresses behind it.
//!
//! A name is resolved here and the connection is made to what was judged, so a name that means something else a moment
//! later gains nothing.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::FetchError;

/// Judges addresses.
#[derive(Debug, Clone, Default)]
pub(super) struct Guard {
    /// Those that are let through although they are not public.
    allowed: Arc<[IpAddr]>,
}

/// Marks the failure of a name of which no address is public.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` leads to no public address")]
pub(super) struct NotPublic(String);

impl Guard {
    pub(super) fn allowing(allowed: Vec<IpAddr>) -> Self {
        Self { allowed: allowed.into() }
    }

    fn lets_through(&self, address: IpAddr) -> bool {
        is_public(address) || self.allowed.contains(&address.to_canonical())
    }

    /// Whether an address that is no name may be called. A name is judged when it is resolved.
    pub(super) fn judge(&self, url: &Url) -> Result<(), FetchError> {
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            Some(Host::Domain(_)) => return Ok(()),
            None => return Err(FetchError::forbidden("the address has no host")),
        };
        if self.lets_through(address) {
            return Ok(());
        }
        Err(FetchError::forbidden(NotPublic(address.to_string())))
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.filter(|address| guard.lets_through(address.ip())).collect();
            if found.is_empty() {
                return Err(io::Error::other(NotPublic(name.as_str().to_owned())).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the internet at large, by the registries of IANA for special purposes.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = matches!(
        (a, b, c),
        (0 | 10 | 127 | 224.., _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    );
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let within = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match segments {
        // What carries an address of version 4: mapped, translated, 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            within(high, low)
        }
        // Protocols of the IETF, Teredo among them; documentation.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // All that is given out to the public.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use std::str::FromStr;

    use super::*;

    #[test]
    fn what_is_not_of_the_internet_at_large_is_not_public() {
        for private in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.1.1.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "126.1.1.1",
            "128.0.0.1",
            "169.253.1.1",
            "172.15.1.1",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.1.1",
            "192.169.1.1",
            "198.17.1.1",
            "198.20.1.1",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2002:808:808::1",
            "2606:4700::1111",
            "3ffe::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn however_an_address_is_written_it_is_judged() {
        let guard = Guard::allowing(vec!["127.0.0.1".parse().unwrap()]);
        for url in [
            "http://10.0.0.1",
            "http://167772161",
            "http://0xa.1",
            "http://012.0.0.1",
            "http://[::ffff:10.0.0.1]:80/",
            "http://169.254.169.254/latest/meta-data",
            "http://user@10.0.0.1/",
            "http://10.0.0.1.:80/",
            "http://１０.0.0.1/",
        ] {
            assert!(guard.judge(&Url::parse(url).unwrap()).is_err(), "{url}");
        }
        for url in ["http://8.8.8.8", "http://127.0.0.1:8080", "http://[::ffff:127.0.0.1]/", "http://2130706433/"] {
            assert!(guard.judge(&Url::parse(url).unwrap()).is_ok(), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_leads_only_to_what_was_judged() {
        let name = || Name::from_str("localhost").unwrap();
        let Err(refused) = Guard::default().resolve(name()).await else { panic!("localhost is not public") };
        assert!(refused.to_string().contains("`localhost` leads to no public address"), "{refused}");
        let guard = Guard::allowing(vec!["127.0.0.1".parse().unwrap()]);
        let found: Vec<_> = guard.resolve(name()).await.unwrap().map(|address| address.ip()).collect();
        assert!(!found.is_empty() && found.iter().all(IpAddr::is_ipv4), "::1 was not allowed: {found:?}");
    }
}
