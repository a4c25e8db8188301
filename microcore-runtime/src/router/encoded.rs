//! Literal segments that a path can't hold as they are: `café` is `caf%C3%A9` in a request.
//!
//! Such literals are few, so only they are compared by their decoded form; the generated router asks [`spells`] for them.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What RFC 3986, 3.3, encodes in a path, and what a pattern is made of is kept.
const NOT_IN_PATHS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@')
    .remove(b'/')
    .remove(b'{')
    .remove(b'}');

/// Whether a raw segment of a request is this literal: encoded in either case, in part, or not at all.
pub fn spells(segment: &str, literal: &str) -> bool {
    percent_decode_str(segment).eq(literal.bytes())
}

/// A route's path as requests spell it, `{parameters}` kept.
pub(crate) fn encoded(path: &str) -> Cow<'_, str> {
    utf8_percent_encode(path, NOT_IN_PATHS).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_is_met_in_every_spelling_and_nothing_else() {
        for segment in ["caf%C3%A9", "caf%c3%a9", "caf%C3%a9", "%63af%C3%A9", "café"] {
            assert!(spells(segment, "café"), "{segment}");
        }
        for segment in ["cafe", "caf%C3", "caf%C3%A9s", "caf%E9", "caf%25C3%25A9", ""] {
            assert!(!spells(segment, "café"), "{segment}");
        }
    }

    #[test]
    fn a_path_is_spelled_as_requests_do() {
        assert_eq!(encoded("/café/{id}/größe[1]"), "/caf%C3%A9/{id}/gr%C3%B6%C3%9Fe%5B1%5D");
        assert!(matches!(encoded("/users/{id}/a:b@c/{*rest}"), Cow::Borrowed(_)));
    }
}
