//! Rules of texts.

use std::borrow::Cow;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use super::{email, uri};

/// A text, or what holds one.
#[diagnostic::on_unimplemented(
    message = "this rule checks texts, and `{Self}` is none",
    label = "not a text",
    note = "a text is a `String`, a `&str`, or an `Option`, a `Box` or a `Cow` of one"
)]
pub trait Text {
    /// `None` for what is not there.
    fn text(&self) -> Option<&str>;
}

impl Text for str {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Text for String {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Text for Cow<'_, str> {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl<T: Text> Text for Option<T> {
    fn text(&self) -> Option<&str> {
        self.as_ref().and_then(Text::text)
    }
}

macro_rules! of_what_is_inside {
    ($($ty:ty)+) => {$(
        impl<T: Text + ?Sized> Text for $ty {
            fn text(&self) -> Option<&str> {
                T::text(self)
            }
        }
    )+};
}
of_what_is_inside! { &T Box<T> Rc<T> Arc<T> }

/// What `email` asks; the document has the same as a pattern.
pub fn is_email<T: Text + ?Sized>(value: &T) -> bool {
    matches(value, email::is_address)
}

/// What `url` asks: an absolute URI, as `format: uri` means.
pub fn is_url<T: Text + ?Sized>(value: &T) -> bool {
    matches(value, uri::is_uri)
}

/// What `ip` asks: an IPv4 or IPv6 address.
pub fn is_ip<T: Text + ?Sized>(value: &T) -> bool {
    matches(value, |text| text.parse::<IpAddr>().is_ok())
}

/// What `contains` asks.
pub fn contains<T: Text + ?Sized>(value: &T, pattern: &str) -> bool {
    matches(value, |text| text.contains(pattern))
}

/// What `does_not_contain` asks.
pub fn does_not_contain<T: Text + ?Sized>(value: &T, pattern: &str) -> bool {
    matches(value, |text| !text.contains(pattern))
}

/// What `non_control_character` asks.
pub fn has_no_control_characters<T: Text + ?Sized>(value: &T) -> bool {
    matches(value, |text| !text.contains(char::is_control))
}

/// What `regex` asks, of anything that says whether it matches.
pub fn matches<T: Text + ?Sized>(value: &T, is_match: impl FnOnce(&str) -> bool) -> bool {
    value.text().is_none_or(is_match)
}
