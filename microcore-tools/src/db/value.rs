//! One value on its way into a statement or out of a row, the same for every backend.
//!
//! In: what the engine holds. Out: the Rust type that the row asks for, or what is wrong with it.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::db::returned::{Kind, Returned};
use crate::db::text;

/// A value as SQL knows it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// NULL.
    Null,
    /// A truth value; an engine without one stores 0 or 1.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating point number.
    Float(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// Bytes.
    Blob(Cow<'a, [u8]>),
    /// A JSON document; an engine without the type stores its text.
    Json(Cow<'a, serde_json::Value>),
    /// An instant, to the microsecond; an engine without the type stores it as text in UTC.
    Timestamp(Timestamp),
    /// A day; an engine without the type stores its text.
    Date(Date),
    /// A UUID; an engine without the type stores its text.
    Uuid(Uuid),
    /// A decimal number; an engine without the type keeps 15 digits, and refuses more.
    Decimal(Decimal),
}

impl Value<'_> {
    /// The same value, borrowing nothing.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) => Value::Int(value),
            Self::Float(value) => Value::Float(value),
            Self::Text(value) => Value::Text(Cow::Owned(value.into_owned())),
            Self::Blob(value) => Value::Blob(Cow::Owned(value.into_owned())),
            Self::Json(value) => Value::Json(Cow::Owned(value.into_owned())),
            Self::Timestamp(value) => Value::Timestamp(value),
            Self::Date(value) => Value::Date(value),
            Self::Uuid(value) => Value::Uuid(value),
            Self::Decimal(value) => Value::Decimal(value),
        }
    }

    /// What it is, for messages; never the value itself.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a number with a fraction",
            Self::Text(_) => "a text",
            Self::Blob(_) => "a blob",
            Self::Json(_) => "a JSON document",
            Self::Timestamp(_) => "a timestamp",
            Self::Date(_) => "a date",
            Self::Uuid(_) => "a UUID",
            Self::Decimal(_) => "a decimal number",
        }
    }
}

macro_rules! from {
    ($($ty:ty: $value:ident => $made:expr;)+) => {$(
        impl<'a> From<$ty> for Value<'a> {
            fn from($value: $ty) -> Self {
                $made
            }
        }
    )+};
}

from! {
    bool: value => Self::Bool(value);
    i32: value => Self::Int(value.into());
    u32: value => Self::Int(value.into());
    i64: value => Self::Int(value);
    f64: value => Self::Float(value);
    &'a str: value => Self::Text(Cow::Borrowed(value));
    String: value => Self::Text(Cow::Owned(value));
    Timestamp: value => Self::Timestamp(value);
    Date: value => Self::Date(value);
    Uuid: value => Self::Uuid(value);
    Decimal: value => Self::Decimal(value);
}

impl<T: Into<Self>> From<Option<T>> for Value<'_> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A value that is not what the Rust type needs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be {expected}, and is {found}")]
pub struct Mismatch {
    expected: &'static str,
    found: Cow<'static, str>,
}

impl Mismatch {
    /// `value` is not `expected`: "an integer".
    pub fn new(expected: &'static str, value: &Value<'_>) -> Self {
        let found = match value {
            Value::Null => "NULL (read it as `Option<…>`)",
            other => other.describe(),
        };
        Self { expected, found: Cow::Borrowed(found) }
    }

    /// A document is not what the type `of` reads. What serde says names fields and kinds, and may quote the value.
    pub(crate) fn of_document(of: &str, error: &serde_json::Error) -> Self {
        let of = of.rsplit("::").next().unwrap_or(of);
        let said = match error.classify() {
            serde_json::error::Category::Data => format!("another document than `{of}` reads"),
            _ => "a text that is not JSON".to_owned(),
        };
        Self { expected: "a JSON document", found: Cow::Owned(said) }
    }

    /// The value is of the right type, and still not `expected`.
    pub(crate) fn because(expected: &'static str, found: &'static str) -> Self {
        Self { expected, found: Cow::Borrowed(found) }
    }
}

/// A type that one column can be read into.
///
/// ```
/// use microcore_tools::db::{Bind, DbError, FromValue, Mismatch, Value};
///
/// /// A column of type TEXT.
/// #[derive(Debug, PartialEq)]
/// enum Season {
///     Summer,
///     Winter,
/// }
///
/// impl Bind for Season {
///     fn value(&self) -> Result<Value<'_>, DbError> {
///         Ok(match self {
///             Self::Summer => "summer",
///             Self::Winter => "winter",
///         }
///         .into())
///     }
/// }
///
/// impl FromValue for Season {
///     fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
///         match &value {
///             Value::Text(text) if text == "summer" => Ok(Self::Summer),
///             Value::Text(text) if text == "winter" => Ok(Self::Winter),
///             _ => Err(Mismatch::new("summer or winter", &value)),
///         }
///     }
/// }
/// assert_eq!(Season::from_value(Season::Winter.value()?), Ok(Season::Winter));
/// assert_eq!(Season::from_value(Value::Int(7)).unwrap_err().to_string(), "must be summer or winter, and is an integer");
/// # Ok::<(), DbError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be read from a column",
    label = "must be a type that implements `FromValue`: an integer, a float, `bool`, `String`, `Vec<u8>`, `Timestamp`, `Date`, `Uuid`, `Decimal`, `serde_json::Value` or an `Option` of one"
)]
pub trait FromValue: Sized + Send + 'static {
    /// Reads the value, or says what it must be. Nothing is rounded, truncated or guessed.
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch>;

    /// Whether every value of a column can be read; `false` where that hangs on the value.
    fn reads(_column: Returned) -> bool {
        false
    }
}

macro_rules! integers {
    ($($ty:ty: $expected:literal;)+) => {$(
        impl FromValue for $ty {
            #[inline]
            fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
                let int = match value {
                    Value::Int(int) => int,
                    // PostgreSQL adds up a BIGINT column as NUMERIC.
                    Value::Decimal(decimal) if decimal.is_integer() => i64::try_from(decimal)
                        .map_err(|_| Mismatch::because("an integer", "an integer of more than 64 bits"))?,
                    other => return Err(Mismatch::new("an integer", &other)),
                };
                Self::try_from(int).map_err(|_| Mismatch::because($expected, "an integer out of its range"))
            }

            fn reads(column: Returned) -> bool {
                column.fits::<Self>()
            }
        }
    )+};
}

integers! {
    i8: "an integer of 8 bits"; i16: "an integer of 16 bits"; i32: "an integer of 32 bits";
    i64: "an integer of 64 bits"; isize: "an integer";
    u8: "an integer from 0 to 255"; u16: "an integer from 0 to 65535"; u32: "a whole number of 32 bits";
    u64: "a whole number"; usize: "a whole number";
}

impl FromValue for f64 {
    #[expect(clippy::cast_precision_loss, reason = "checked: only integers that a float holds exactly pass")]
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        // SQLite says integer for `sum(x)` over integers and for `1` in an untyped column.
        match value {
            Value::Float(value) => Ok(value),
            Value::Int(int) if int.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS => Ok(int as f64),
            // What SQLite would hold for a NUMERIC column or an average of integers.
            // The float that is nearest, as the engine itself would read the number.
            Value::Decimal(decimal) => (decimal.to_string().parse())
                .map_err(|_| Mismatch::because("a number", "a decimal number that no float is near to")),
            other => Err(Mismatch::new("a number", &other)),
        }
    }
}

impl FromValue for f32 {
    #[expect(clippy::cast_possible_truncation, reason = "who asks for f32 asks for its precision")]
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        f64::from_value(value).map(|value| value as Self)
    }
}

impl FromValue for bool {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Bool(value) => Ok(value),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            other => Err(Mismatch::new("a boolean", &other)),
        }
    }

    fn reads(column: Returned) -> bool {
        column.always(Kind::Bool)
    }
}

impl FromValue for String {
    #[inline]
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Text(text) => Ok(text.into_owned()),
            // The same text that an engine without the type holds.
            Value::Json(json) => Ok(json.to_string()),
            Value::Timestamp(timestamp) => Ok(text::of_timestamp(timestamp)),
            Value::Date(date) => Ok(text::of_date(date)),
            Value::Uuid(uuid) => Ok(uuid.to_string()),
            other => Err(Mismatch::new("a text", &other)),
        }
    }

    fn reads(column: Returned) -> bool {
        column.always(Kind::Text) || column.always(Kind::Uuid)
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Blob(bytes) => Ok(bytes.into_owned()),
            other => Err(Mismatch::new("a blob", &other)),
        }
    }
}

impl FromValue for serde_json::Value {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Json(json) => Ok(json.into_owned()),
            Value::Text(text) => {
                serde_json::from_str(&text).map_err(|_| Mismatch::because("a JSON document", "a text that is not JSON"))
            }
            other => Err(Mismatch::new("a JSON document", &other)),
        }
    }
}

impl FromValue for Timestamp {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Timestamp(timestamp) => Ok(timestamp),
            Value::Text(text) => text::timestamp(&text)
                .ok_or_else(|| Mismatch::because("a timestamp such as `2026-01-31 12:00:00`", "another text")),
            other => Err(Mismatch::new("a timestamp", &other)),
        }
    }
}

impl FromValue for Date {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Date(date) => Ok(date),
            Value::Text(text) => {
                text::date(&text).ok_or_else(|| Mismatch::because("a date such as `2026-01-31`", "another text"))
            }
            other => Err(Mismatch::new("a date", &other)),
        }
    }
}

impl FromValue for Uuid {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Uuid(uuid) => Ok(uuid),
            Value::Text(text) => Self::try_parse(&text).map_err(|_| Mismatch::because("a UUID", "a text that is none")),
            other => Err(Mismatch::new("a UUID", &other)),
        }
    }

    fn reads(column: Returned) -> bool {
        column.always(Kind::Uuid)
    }
}

impl FromValue for Decimal {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        let read = match &value {
            Value::Decimal(decimal) => Some(*decimal),
            Value::Int(int) => Some(Self::from(*int)),
            // What an engine without the type holds; its 15 digits are what was stored.
            Value::Float(float) => text::decimal_of_float(*float),
            Value::Text(text) => Self::from_str_exact(text).ok(),
            _ => return Err(Mismatch::new("a decimal number", &value)),
        };
        read.ok_or_else(|| Mismatch::because("a decimal number of up to 28 digits", "something else"))
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        match value {
            Value::Null => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }

    fn reads(column: Returned) -> bool {
        T::reads(Returned { nullable: false, ..column })
    }
}
