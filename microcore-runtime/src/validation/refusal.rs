//! What a `custom` function may return as its error: a sentence.

use std::borrow::Cow;

/// Why a value was refused, in the words for the client.
pub trait Refusal {
    /// "must not be a reserved name".
    fn sentence(self) -> Cow<'static, str>;
}

impl Refusal for &'static str {
    fn sentence(self) -> Cow<'static, str> {
        self.into()
    }
}

impl Refusal for String {
    fn sentence(self) -> Cow<'static, str> {
        self.into()
    }
}

impl Refusal for Cow<'static, str> {
    fn sentence(self) -> Cow<'static, str> {
        self
    }
}
