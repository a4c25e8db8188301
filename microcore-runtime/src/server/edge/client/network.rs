//! An address or a network that a setting names: `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses that share their first bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// `None` where it is no network.
    pub(in crate::server) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) if bits.bytes().all(|byte| byte.is_ascii_digit()) => {
                (address, Some(bits.parse::<u32>().ok()?))
            }
            Some(_) => return None,
            None => (text, None),
        };
        let address = address.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(address);
        let written: IpAddr = address.parse().ok()?;
        let most = if written.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        if bits > most {
            return None;
        }
        // What the system shows as IPv6 and is IPv4 is met as IPv4.
        let address = written.to_canonical();
        let mapped = written.is_ipv6() && address.is_ipv4();
        let bits = if mapped { bits.checked_sub(96)? } else { bits };
        Some(Self { address: first(address, bits), bits })
    }

    pub(in crate::server) fn has(&self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4() && first(address, self.bits) == self.address
    }
}

/// The first address of the network that so many of its bits name.
fn first(address: IpAddr, bits: u32) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or_default();
            Ipv4Addr::from_bits(address.to_bits() & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or_default();
            Ipv6Addr::from_bits(address.to_bits() & mask).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn a_network_has_the_addresses_that_begin_like_it() {
        for (network, inside, outside) in [
            ("10.0.0.7", vec!["10.0.0.7"], vec!["10.0.0.8", "::a00:7"]),
            ("10.1.2.3/8", vec!["10.0.0.0", "10.255.255.255"], vec!["11.0.0.0", "9.255.255.255"]),
            ("0.0.0.0/0", vec!["1.2.3.4"], vec!["::1"]),
            ("::/0", vec!["::1", "2001:db8::1"], vec!["1.2.3.4"]),
            ("fd00::/8", vec!["fd12::1"], vec!["fe80::1"]),
            ("[::1]", vec!["::1"], vec!["::2"]),
            ("::ffff:10.0.0.0/104", vec!["10.9.9.9"], vec!["11.0.0.1"]),
            ("2001:db8::/127", vec!["2001:db8::1"], vec!["2001:db8::2"]),
        ] {
            let parsed = Network::parse(network).unwrap();
            for address in inside {
                assert!(parsed.has(address.parse().unwrap()), "{address} in {network}");
            }
            for address in outside {
                assert!(!parsed.has(address.parse().unwrap()), "{address} in {network}");
            }
        }
        for wrong in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0/8",
            "proxy",
            "::ffff:10.0.0.1/8",
            "10.0.0.1:80",
        ] {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
    }
}
