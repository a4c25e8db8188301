//! How the text of one setting becomes a value.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::duration::parse_duration;
use super::{ByteSize, Secret};
use crate::number;

/// A value that a setting may hold.
///
/// ```
/// use microcore_core::settings::{Environment, FromSetting, Key, Problems};
///
/// #[derive(Debug, PartialEq)]
/// enum Season {
///     Summer,
///     Winter,
/// }
///
/// impl FromSetting for Season {
///     const EXPECTS: &'static str = "summer or winter";
///
///     fn from_setting(text: &str) -> Option<Self> {
///         match text.trim() {
///             "summer" => Some(Self::Summer),
///             "winter" => Some(Self::Winter),
///             _ => None,
///         }
///     }
/// }
///
/// // The derive makes such a key of each field.
/// const SEASON: Key = Key::of::<Season>("SHOP_SEASON", "What is shown first.", Some("summer"));
/// let mut problems = Problems::default();
/// assert_eq!(problems.read(&Environment::default(), &SEASON), Some(Season::Summer));
/// assert_eq!(problems.read::<Season>(&Environment::of([("SHOP_SEASON", "spring")]), &SEASON), None);
/// assert_eq!(problems.to_string(), "SHOP_SEASON must be summer or winter, not `spring`");
/// ```
pub trait FromSetting: Sized {
    /// What the text must be, as in "must be an integer".
    const EXPECTS: &'static str;
    /// Whether the value is never shown.
    const SECRET: bool = false;
    /// Whether the key must be set.
    const REQUIRED: bool = true;

    /// Bounds that every value of the type has, where the key has none of its own.
    const WITHIN: Option<(&'static str, &'static str)> = None;

    /// The value, or `None` where the text is not one.
    fn from_setting(text: &str) -> Option<Self>;

    /// What an unset key stands for, where that is a value.
    fn absent() -> Option<Self> {
        None
    }

    /// Whether it is between two texts of the same kind. What has no order is.
    fn is_within(&self, _least: &str, _most: &str) -> bool {
        true
    }
}

/// Whether a value is between two that are read.
fn between<T: FromSetting + PartialOrd>(value: &T, least: &str, most: &str) -> bool {
    let least = T::from_setting(least).is_none_or(|least| least <= *value);
    least && T::from_setting(most).is_none_or(|most| *value <= most)
}

macro_rules! by {
    ($read:expr; $($expects:literal: $($ty:ty)+;)+) => {$($(
        impl FromSetting for $ty {
            const EXPECTS: &'static str = $expects;

            fn from_setting(text: &str) -> Option<Self> {
                $read(text.trim())
            }

            fn is_within(&self, least: &str, most: &str) -> bool {
                between(self, least, most)
            }
        }
    )+)+};
}

by! { |text: &str| if number::is_integer(text) { text.parse().ok() } else { None };
    "an integer from 0 to 255": u8;
    "an integer from 0 to 65535": u16;
    "a whole number": u32 u64 usize;
    "an integer": i32 i64;
}

by! { number::float; "a number": f32 f64; }

by! { |text: &str| text.parse().ok();
    "an IP address": IpAddr;
    "an address such as 127.0.0.1:5000": SocketAddr;
}

impl FromSetting for String {
    const EXPECTS: &'static str = "a text";

    fn from_setting(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl FromSetting for PathBuf {
    const EXPECTS: &'static str = "a path";

    fn from_setting(text: &str) -> Option<Self> {
        Some(Self::from(text))
    }
}

impl FromSetting for bool {
    const EXPECTS: &'static str = "true or false";

    fn from_setting(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => Some(true),
            "false" | "0" | "no" | "off" => Some(false),
            _ => None,
        }
    }
}

impl FromSetting for Duration {
    const EXPECTS: &'static str = "a duration such as 500ms, 30s or 5m";
    /// A century: with more, the end of a wait is a moment that no clock can tell.
    const WITHIN: Option<(&'static str, &'static str)> = Some(("0s", "36500d"));

    fn from_setting(text: &str) -> Option<Self> {
        parse_duration(text)
    }

    fn is_within(&self, least: &str, most: &str) -> bool {
        between(self, least, most)
    }
}

impl FromSetting for ByteSize {
    const EXPECTS: &'static str = "a size such as 512KiB or 2MiB";

    fn from_setting(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn is_within(&self, least: &str, most: &str) -> bool {
        between(self, least, most)
    }
}

impl<T: FromSetting> FromSetting for Secret<T> {
    const EXPECTS: &'static str = T::EXPECTS;
    const SECRET: bool = true;
    const REQUIRED: bool = T::REQUIRED;

    fn from_setting(text: &str) -> Option<Self> {
        T::from_setting(text).map(Self::new)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }
}

impl<T: FromSetting> FromSetting for Option<T> {
    const EXPECTS: &'static str = T::EXPECTS;
    const SECRET: bool = T::SECRET;
    const REQUIRED: bool = false;
    const WITHIN: Option<(&'static str, &'static str)> = T::WITHIN;

    fn from_setting(text: &str) -> Option<Self> {
        T::from_setting(text).map(Some)
    }

    fn is_within(&self, least: &str, most: &str) -> bool {
        self.as_ref().is_none_or(|value| value.is_within(least, most))
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// Separated by commas; spaces around an item don't count.
impl<T: FromSetting> FromSetting for Vec<T> {
    const EXPECTS: &'static str = "a list separated by commas";
    const SECRET: bool = T::SECRET;

    fn from_setting(text: &str) -> Option<Self> {
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(T::from_setting).collect()
    }
}
