//! What one path segment or one query value may become.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::scalar;

/// A value that is written as one piece of text in the path or in the query.
///
/// ```
/// use std::borrow::Cow;
/// use microcore_runtime::request::FromParam;
///
/// /// A handler takes it by name: `#[get("/shops/{code}")] async fn shop(&self, code: Postcode)`.
/// #[derive(Debug, PartialEq)]
/// struct Postcode(u32);
///
/// impl FromParam for Postcode {
///     const EXPECTS: &'static str = "must be a postcode such as 10115";
///
///     fn from_param(text: Cow<'_, str>) -> Option<Self> {
///         let is_one = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
///         is_one.then(|| text.parse().ok().map(Self))?
///     }
/// }
/// assert_eq!(Postcode::from_param("10115".into()), Some(Postcode(10_115)));
/// assert_eq!(Postcode::from_param("SW1A".into()), None);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read from a path or a query",
    label = "not a path or query parameter",
    note = "a path parameter is an integer, a float, `bool`, `char`, `String`, `Uuid`, `Date`, `Timestamp`, `Decimal` or \
            an `IpAddr`; a query parameter may also be an `Option` or a `Vec` of one; for a type of your own implement \
            `FromParam`",
    note = "a JSON body is the parameter named `body`, the whole query as a struct the one named `query`"
)]
pub trait FromParam: Sized {
    /// What the text must be: "must be an integer".
    const EXPECTS: &'static str;

    /// The value, or `None` where the decoded text is not one.
    fn from_param(text: Cow<'_, str>) -> Option<Self>;
}

macro_rules! by {
    ($read:expr; $($expects:literal: $($ty:ty)+;)+) => {$($(
        impl FromParam for $ty {
            const EXPECTS: &'static str = $expects;

            #[inline]
            fn from_param(text: Cow<'_, str>) -> Option<Self> {
                $read(&text)
            }
        }
    )+)+};
}

by! { |text: &str| if scalar::is_integer(text) { text.parse().ok() } else { None };
    "must be an integer": i16 i32 i64 i128 isize;
    "must be an integer from -128 to 127": i8;
    "must be an integer from 0 to 255": u8;
    "must be an integer from 0 to 65535": u16;
    "must be a whole number": u32 u64 u128 usize;
}

by! { scalar::float; "must be a number": f32 f64; }

by! { |text: &str| text.parse().ok();
    "must be true or false": bool;
    "must be one character": char;
    "must be an IP address": IpAddr;
    "must be an IPv4 address": Ipv4Addr;
    "must be an IPv6 address": Ipv6Addr;
}

by! { scalar::uuid; "must be a UUID": Uuid; }
by! { scalar::date; "must be a date such as 2026-01-31": Date; }
by! { scalar::timestamp; "must be a moment such as 2026-01-31T12:00:00Z": Timestamp; }
// What has more digits than a decimal keeps is refused, not rounded.
by! { scalar::decimal; "must be a decimal number of up to 28 digits": Decimal; }

impl FromParam for String {
    const EXPECTS: &'static str = "must be a text";

    fn from_param(text: Cow<'_, str>) -> Option<Self> {
        Some(text.into_owned())
    }
}
