//! Values that are written as one piece of text: numbers, dates, moments, decimals, ids.
//!
//! In: the text, from a path, a query, a form, a part, a setting or a JSON body. Out: the value, or nothing. There is one
//! grammar for each type, the one that the document states, wherever the text comes from.

mod decimal;
mod leaf;
mod moment;

#[cfg(test)]
mod tests;

pub(crate) use microcore_core::number::{float, is_integer, is_number};
use uuid::Uuid;

pub(crate) use self::decimal::decimal;
pub use self::leaf::read_leaf;
pub(crate) use self::leaf::{Leaf, LeafSeed, RAW};
pub(crate) use self::moment::{date, timestamp};

/// Thirty-two hexadecimal digits in five groups: RFC 9562, 4, which `format: uuid` means.
pub(crate) fn uuid(text: &str) -> Option<Uuid> {
    // The other forms that the crate reads have other lengths.
    (text.len() == 36).then(|| Uuid::try_parse(text).ok())?
}
