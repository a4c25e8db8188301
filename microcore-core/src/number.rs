//! Numbers as JSON writes them (RFC 8259, 6). In: text. Out: whether it is one, and the finite number it is.

use std::str::FromStr;

/// `0`, `-7`, `42`: no plus sign, no zero in front of other digits, and zero has no sign.
///
/// Only what `FromStr` of the integers takes besides is looked for: it refuses everything else.
#[inline]
pub fn is_integer(text: &str) -> bool {
    match text.as_bytes() {
        [b'0'] => true,
        [b'0' | b'+', ..] | [b'-', b'0', ..] => false,
        _ => true,
    }
}

/// `-12.5e3`: digits on both sides of a point, no plus sign in front, no zero in front of other digits.
#[inline]
pub fn is_number(text: &str) -> bool {
    fn digits(text: &[u8]) -> Option<&[u8]> {
        let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (count > 0).then(|| &text[count..])
    }
    fn rest(text: &[u8]) -> Option<&[u8]> {
        let unsigned = text.strip_prefix(b"-").unwrap_or(text);
        let mut rest = match unsigned {
            [b'0', rest @ ..] => rest,
            _ => digits(unsigned)?,
        };
        if let [b'.', fraction @ ..] = rest {
            rest = digits(fraction)?;
        }
        if let [b'e' | b'E', exponent @ ..] = rest {
            let unsigned = exponent.strip_prefix(b"-").or_else(|| exponent.strip_prefix(b"+")).unwrap_or(exponent);
            rest = digits(unsigned)?;
        }
        Some(rest)
    }
    rest(text.as_bytes()).is_some_and(<[u8]>::is_empty)
}

/// A type of numbers with a point.
pub trait Float: FromStr + Copy {
    /// Whether it is a number at all.
    fn is_finite(self) -> bool;
}

impl Float for f32 {
    fn is_finite(self) -> bool {
        self.is_finite()
    }
}

impl Float for f64 {
    fn is_finite(self) -> bool {
        self.is_finite()
    }
}

/// The number, where the type can hold it: neither `NaN` nor `inf` is one, nor what is read as infinite.
#[inline]
pub fn float<T: Float>(text: &str) -> Option<T> {
    if !is_number(text) {
        return None;
    }
    text.parse().ok().filter(|number: &T| number.is_finite())
}
