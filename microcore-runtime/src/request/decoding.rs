//! Percent-decoding. In: raw text of the target, already split. Out: the text it stands for, borrowed where possible.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A raw segment of the path; `None` where it is not UTF-8.
#[inline]
pub(super) fn decode_segment(raw: &str) -> Option<Cow<'_, str>> {
    // Most segments are numbers or plain words: they need not be looked through twice, once more as UTF-8.
    if !raw.bytes().any(|byte| byte == b'%') {
        return Some(Cow::Borrowed(raw));
    }
    percent_decode_str(raw).decode_utf8().ok()
}

/// A raw key or value of the query, where `+` is a space; `None` where it is not UTF-8.
pub(super) fn decode_component(raw: &str) -> Option<Cow<'_, str>> {
    if !raw.contains('+') {
        return decode_segment(raw);
    }
    // The plus goes first: `%2B` is a plus that was meant.
    let spaced = raw.replace('+', " ");
    Some(Cow::Owned(percent_decode_str(&spaced).decode_utf8().ok()?.into_owned()))
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
}
