//! Percent-decoding. In: raw text of the target, already split. Out: the text it stands for, borrowed where possible.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A raw segment of the path; `None` where it is not UTF-8, or a `%` is followed by something else than two hexadecimal
/// digits: RFC 3986, 2.1.
#[inline]
pub(super) fn decode_segment(raw: &str) -> Option<Cow<'_, str>> {
    // Most segments are numbers or plain words: they need not be looked through twice, once more as UTF-8.
    if !raw.bytes().any(|byte| byte == b'%') {
        return Some(Cow::Borrowed(raw));
    }
    decode_escapes(raw)
}

/// Nobody means `%zz`: what is left as it stands is another value than was sent.
fn decode_escapes(raw: &str) -> Option<Cow<'_, str>> {
    let is_escape =
        |rest: &[u8]| matches!(rest, [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
    let is_right = raw.bytes().enumerate().all(|(at, byte)| byte != b'%' || is_escape(&raw.as_bytes()[at + 1..]));
    if is_right { percent_decode_str(raw).decode_utf8().ok() } else { None }
}

/// A raw key or value of the query, where `+` is a space; `None` as above.
pub(super) fn decode_component(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.contains('+') {
        return decode_segment(raw);
    }
    // The plus goes first: `%2B` is a plus that was meant.
    let spaced = raw.replace('+', " ");
    Some(Cow::Owned(decode_escapes(&spaced)?.into_owned()))
}

/// The same for a key, where what is not UTF-8 is another key than any.
pub(super) fn decode_component_lossy(raw: &str) -> Cow<'_, str> {
    decode_component(raw).unwrap_or_else(|| percent_decode_str(raw).decode_utf8_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_is_a_space_in_the_query_only() {
        assert_eq!(decode_segment("a+b%20c%2F").unwrap(), "a+b c/");
        assert_eq!(decode_component("a+b%20c%2B").unwrap(), "a b c+");
        assert_eq!(decode_segment("%FF"), None);
        assert_eq!(decode_component("+%FF"), None);
    }

    #[test]
    fn an_escape_has_two_hexadecimal_digits() {
        for wrong in ["%", "100%", "%z", "%zz", "%1", "%1z", "a%%20", "%é0"] {
            assert_eq!((decode_segment(wrong), decode_component(wrong)), (None, None), "{wrong}");
            assert_eq!(decode_component(&format!("+{wrong}")), None, "{wrong}");
        }
        assert_eq!(decode_segment("%2541").unwrap(), "%41");
    }
}
