//! Which addresses may be connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ::reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Decides whether a connection may go to an address.
pub(super) type Permitted = fn(IpAddr) -> bool;

/// Whether an address belongs to the public internet: not to this machine, its network, or a
/// special purpose.
///
/// Source: IANA's special-purpose address registries for IPv4 and IPv6.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

#[expect(clippy::unnested_or_patterns, reason = "one line for each block of the registry")]
fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            | [224..=255, ..]
    )
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        // IPv4-mapped, NAT64, 6to4: as public as the IPv4 address inside.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x2002, high, low, ..] => embedded(high, low),
        // Protocol assignments (Teredo, benchmarks, ORCHID) and documentation.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        // What else is global unicast. Loopback, unique local, link-local and multicast are
        // outside.
        [0x2000..=0x3fff, ..] => true,
        _ => false,
    }
}

/// A host that has an address where no connection may go.
#[derive(Debug, thiserror::Error)]
#[error("the host is not on the public internet")]
pub(super) struct NotPublic;

/// Looks names up and refuses those with an address that is not permitted. The connection goes to
/// the addresses that were looked at, so the name cannot mean another one a moment later.
#[derive(Debug)]
pub(super) struct CheckedResolver(pub(super) Permitted);

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let permitted = self.0;
        Box::pin(async move {
            let addresses = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            Ok(Box::new(checked(permitted, addresses)?.into_iter()) as Addrs)
        })
    }
}

/// All addresses of a name, if each of them may be connected to: which one is taken is not ours to
/// say.
fn checked(permitted: Permitted, addresses: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, NotPublic> {
    if addresses.iter().all(|address| permitted(address.ip())) { Ok(addresses) } else { Err(NotPublic) }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A name that is bound again, or has a public address beside a private one, leads nowhere.
    #[test]
    fn one_address_that_is_not_public_refuses_the_name() {
        let at = |addresses: &[&str]| -> Vec<SocketAddr> {
            addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 443)).collect()
        };
        let public = at(&["8.8.8.8", "2606:4700:4700::1111"]);
        assert_eq!(checked(is_public, public.clone()).unwrap(), public);
        for bound_again in [
            &["127.0.0.1"][..],
            &["8.8.8.8", "127.0.0.1"],
            &["10.0.0.7", "8.8.8.8"],
            &["2606:4700:4700::1111", "::1"],
            &["8.8.8.8", "::ffff:169.254.169.254"],
            &["8.8.8.8", "fe80::1"],
        ] {
            assert!(checked(is_public, at(bound_again)).is_err(), "{bound_again:?}");
        }
    }

    // Stands on: IANA's special-purpose address registries.
    // Museum G4.
    #[test]
    fn g4_only_public_addresses_pass() {
        const REFUSED: &[&str] = &[
            "0.0.0.0",
            "10.1.2.3",
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
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "64:ff9b:1::808:808",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "2002:a9fe:a9fe::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ];
        const PASS: &[&str] = &[
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2606:4700:4700::1111",
            "2002:808:808::1",
        ];
        for (addresses, public) in [(REFUSED, false), (PASS, true)] {
            for address in addresses {
                assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
            }
        }
    }
}
