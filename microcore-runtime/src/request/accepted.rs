//! `accept-encoding`. In: the header. Out: how much each coding is liked.

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

/// What a client says of codings: RFC 9110, 12.5.3.
#[derive(Debug)]
pub(crate) struct AcceptedCodings<'r>(&'r HeaderMap);

impl<'r> AcceptedCodings<'r> {
    pub(crate) fn of(headers: &'r HeaderMap) -> Self {
        Self(headers)
    }

    /// Its weight, where the client reads this coding, and likes it no less than the bytes as they are.
    pub(crate) fn weight(&self, coding: &str) -> Option<f32> {
        let weight = self.named(coding).or_else(|| self.named("*")).filter(|weight| *weight > 0.0)?;
        let plain = self.named("identity").unwrap_or(0.0);
        (weight >= plain).then_some(weight)
    }

    /// From 0 to 1; `None` where the coding is not named. What is no weight is 0: nothing is sent on a guess.
    fn named(&self, coding: &str) -> Option<f32> {
        let lines = self.0.get_all(ACCEPT_ENCODING).into_iter().filter_map(|line| line.to_str().ok());
        let mut named = lines.flat_map(|line| line.split(',')).map(|one| one.split_once(';').unwrap_or((one, "")));
        // `x-gzip` is an old name of `gzip`: RFC 9110, 8.4.1.3.
        let is_named = |name: &str| {
            let rest =
                name.split_at_checked(2).filter(|(x, _)| x.eq_ignore_ascii_case("x-")).map_or(name, |(_, rest)| rest);
            name.eq_ignore_ascii_case(coding) || (coding == "gzip" && rest.eq_ignore_ascii_case("gzip"))
        };
        let (_, parameter) = named.find(|(name, _)| is_named(name.trim()))?;
        let Some((name, weight)) = parameter.split_once('=') else { return Some(1.0) };
        Some(if name.trim().eq_ignore_ascii_case("q") { quality(weight.trim()).unwrap_or(0.0) } else { 0.0 })
    }
}

/// From `0` to `1` with up to three digits behind the point: RFC 9110, 12.4.2.
fn quality(text: &str) -> Option<f32> {
    let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
    let is_weight = match whole {
        "0" => digits.bytes().all(|byte| byte.is_ascii_digit()),
        "1" => digits.bytes().all(|byte| byte == b'0'),
        _ => false,
    };
    (is_weight && digits.len() <= 3).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coding_is_read_where_it_is_named_and_liked_no_less_than_none() {
        let accepts = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, text.parse().unwrap());
            AcceptedCodings::of(&headers).weight("gzip").is_some()
        };
        for right in [
            "gzip",
            "br, gzip;q=0.5",
            "*",
            "GZIP",
            "identity;q=0.5, gzip",
            "gzip ; Q=0.1",
            "*, identity;q=1",
            "X-GZip",
            "gzip;q=1.000",
            "gzip;q=1.",
        ] {
            assert!(accepts(right), "{right}");
        }
        let refused = [
            "",
            "br",
            "gzip;q=0",
            "gzip; q=0.0",
            "identity",
            "identity, gzip;q=0.1",
            "*, gzip;q=0",
            "gzip;q=x",
            "*;q=0",
            "gzip;q=inf",
            "gzip;q=NaN",
            "gzip;q=+1",
            "gzip;q=1.5",
            "gzip;q=.5",
            "gzip;q=0.1234",
        ];
        for wrong in refused {
            assert!(!accepts(wrong), "{wrong}");
        }
        assert!(AcceptedCodings::of(&HeaderMap::new()).weight("gzip").is_none());
    }
}
