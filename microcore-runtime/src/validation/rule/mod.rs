//! The checks behind `#[validate(…)]`, which generated code calls. In: a value and what the rule says. Out: whether it
//! holds.
//!
//! An option that is empty breaks no rule but `required`.

mod email;
mod length;
mod range;
mod text;
mod uri;

pub(crate) use self::email::PATTERN as EMAIL_PATTERN;
pub use self::length::{Length, has_length};
pub use self::range::{Range, is_within};
pub use self::text::{Text, contains, does_not_contain, has_no_control_characters, is_email, is_ip, is_url, matches};

/// What `required` asks.
pub const fn is_there<T>(value: &Option<T>) -> bool {
    value.is_some()
}

#[cfg(test)]
mod tests;
