//! The cookies that a client sent. In: the headers, as bytes. Out: values by name, decoded.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::COOKIE;
use percent_encoding::percent_decode;

/// The cookies of a request; what is no cookie is left out.
///
/// ```
/// use http::HeaderMap;
/// use microcore_runtime::request::Cookies;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("cookie", "session=abc; theme=dark%20blue".parse().unwrap());
/// let cookies = Cookies::of(&headers);
/// assert_eq!(cookies.get("theme"), Some("dark blue"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cookies(Vec<(String, String)>);

impl Cookies {
    /// All cookies of all `cookie` headers, in order; values are percent-decoded.
    ///
    /// Each pair is read by itself: one that has no name or is no text (UTF-8) is left out, and the others stay. Bytes
    /// that are not ASCII are read although no server may set them, because scripts do and browsers send them.
    pub fn of(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(COOKIE).into_iter();
        Self(lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b';')).filter_map(cookie).collect())
    }

    /// The value of the first cookie of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Every name with its value, as sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn cookie(pair: &[u8]) -> Option<(String, String)> {
    let at = pair.iter().position(|byte| *byte == b'=')?;
    let (name, value) = (pair[..at].trim_ascii(), pair[at + 1..].trim_ascii());
    let quoted = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\""));
    let text = |bytes: &[u8]| percent_decode(bytes).decode_utf8().ok().map(Cow::into_owned);
    let name = text(name).filter(|name| !name.is_empty())?;
    Some((name, text(quoted.unwrap_or(value))?))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn read<'h>(lines: impl IntoIterator<Item = &'h [u8]>) -> Cookies {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        Cookies::of(&headers)
    }

    #[test]
    fn the_first_of_a_name_counts_and_nonsense_is_left_out() {
        let cookies = read([&b"a=1; b=x%20y; =; nonsense"[..], b"a=2; c=3"]);
        assert_eq!((cookies.get("a"), cookies.get("b"), cookies.get("c")), (Some("1"), Some("x y"), Some("3")));
        assert_eq!(cookies.iter().count(), 4);
    }

    #[test]
    fn a_pair_that_is_no_text_is_left_out_alone() {
        for other in
            [&b"name=Jos\xE9"[..], b"name=%FF", b"\xFF\xFE=1", b"=x", b"", b"\xC3", b"name=Jos\xC3\xA9", b"%FF=1"]
        {
            let before = [other, b"; token=good"].concat();
            let after = [b"token=good;", other].concat();
            for line in [before, after] {
                assert_eq!(read([&line[..]]).get("token"), Some("good"), "{other:?}");
            }
        }
        assert_eq!(read([&b"name=Jos\xC3\xA9"[..]]).get("name"), Some("Jos\u{e9}"));
    }

    #[test]
    fn a_value_is_everything_behind_the_first_equals_sign() {
        for (line, value) in [
            ("a=b=c", "b=c"),
            ("a=\"b c\"", "b c"),
            ("a=\"b", "\"b"),
            ("a=", ""),
            (" a = b ", "b"),
            ("a=%3Bb", ";b"),
            ("a=100%", "100%"),
        ] {
            assert_eq!(read([line.as_bytes()]).get("a"), Some(value), "{line}");
        }
    }

    proptest! {
        /// Whatever stands beside it, in one header or in several.
        #[test]
        fn a_good_pair_is_found_beside_any_bytes(
            noise in prop::collection::vec(prop::collection::vec(prop_oneof![Just(b'\t'), 0x20_u8..=0x7E, 0x80_u8..], 0..20), 0..6),
            place in 0_usize..7,
            apart: bool,
        ) {
            let noise = noise.into_iter().map(|bytes| bytes.into_iter().filter(|byte| *byte != b';').collect::<Vec<u8>>());
            let mut pairs: Vec<Vec<u8>> = noise.filter(|bytes| !bytes.windows(5).any(|five| five == b"token")).collect();
            pairs.insert(place.min(pairs.len()), b"token=good".to_vec());
            let lines = if apart { pairs } else { vec![pairs.join(&b"; "[..])] };
            let read = read(lines.iter().map(Vec::as_slice));
            // An escaped spelling of the name may come first; it is the same cookie then.
            prop_assert!(read.iter().any(|pair| pair == ("token", "good")));
        }
    }
}
