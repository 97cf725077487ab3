//! Who is calling: the client's address, seen through the proxies that the operator trusts.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;

/// Entries of `X-Forwarded-For` that are looked at, from the right.
const MAX_HOPS: usize = 32;

/// The address of the client: the peer's own, unless the peer is a trusted proxy; then the rightmost
/// entry of `X-Forwarded-For` that no trusted proxy stands behind.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let peer = peer.to_canonical();
    if !trusted.contains(&peer) {
        return peer;
    }
    let mut client = peer;
    for hop in forwarded(headers).take(MAX_HOPS) {
        // What stands left of an entry that cannot be read was written by someone unknown.
        let Some(hop) = hop else { break };
        client = hop;
        if !trusted.contains(&hop) {
            break;
        }
    }
    client
}

/// Entries of all `X-Forwarded-For` headers, from the right; `None` for one that is no address.
fn forwarded(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let values: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().map(|value| value.to_str().unwrap_or("?")).collect();
    values.into_iter().rev().flat_map(|value| value.rsplit(',')).map(|entry| parse(entry.trim()))
}

fn parse(entry: &str) -> Option<IpAddr> {
    let address = match entry.parse::<SocketAddr>() {
        Ok(socket) => socket.ip(),
        Err(_) => entry.trim_start_matches('[').trim_end_matches(']').parse().ok()?,
    };
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(value).expect("a header value"));
        }
        let address = |text: &&str| text.parse().expect("an address");
        let trusted: Vec<IpAddr> = trusted.iter().map(address).collect();
        client_address(address(&peer), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_cannot_name_another_address() {
        assert_eq!(seen("9.9.9.9", &["1.1.1.1"], &["10.0.0.1"]), "9.9.9.9");
    }

    #[test]
    fn a_trusted_proxy_names_the_client() {
        assert_eq!(seen("10.0.0.1", &["1.1.1.1"], &["10.0.0.1"]), "1.1.1.1");
    }

    #[test]
    fn the_rightmost_untrusted_entry_counts() {
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 1.1.1.1, 10.0.0.2"], &["10.0.0.1", "10.0.0.2"]), "1.1.1.1");
    }

    #[test]
    fn several_headers_are_one_list() {
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "1.1.1.1"], &["10.0.0.1"]), "1.1.1.1");
    }

    #[test]
    fn an_unreadable_entry_ends_the_search() {
        assert_eq!(seen("10.0.0.1", &["1.1.1.1, unknown, 10.0.0.2"], &["10.0.0.1", "10.0.0.2"]), "10.0.0.2");
    }

    #[test]
    fn ports_and_brackets_are_read() {
        assert_eq!(seen("10.0.0.1", &["1.1.1.1:5000"], &["10.0.0.1"]), "1.1.1.1");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::1]:5000"], &["10.0.0.1"]), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", &["[2001:db8::1]"], &["10.0.0.1"]), "2001:db8::1");
    }

    #[test]
    fn mapped_addresses_are_the_same_as_plain_ones() {
        assert_eq!(seen("::ffff:10.0.0.1", &["::ffff:1.1.1.1"], &["10.0.0.1"]), "1.1.1.1");
    }

    #[test]
    fn a_proxy_without_the_header_is_the_client() {
        assert_eq!(seen("10.0.0.1", &[], &["10.0.0.1"]), "10.0.0.1");
    }
}
