//! The contract's values ↔ PostgreSQL's types.
//!
//! In: a value and the type that the server wants, or a cell and the type that it has. Out: bytes, or a value; never a
//! rounded one.

use std::borrow::Cow;
use std::error::Error as StdError;

use bytes::BytesMut;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use tokio_postgres::types::{Format, FromSql, IsNull, Kind, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::db::{Value, text};

type Failure = Box<dyn StdError + Sync + Send>;

/// A parameter that its place in the statement can't take.
#[derive(Debug, thiserror::Error)]
#[error("parameter `${number}` must be {expected}, and is {found}")]
pub(crate) struct Unfit {
    number: usize,
    expected: String,
    found: &'static str,
}

/// A value on its way to `$number`.
#[derive(Debug)]
pub(crate) struct Bound<'a> {
    pub(crate) number: usize,
    pub(crate) value: &'a Value<'a>,
}

impl Bound<'_> {
    fn unfit<T>(&self, ty: &Type) -> Result<T, Failure> {
        self.must_be(format!("what the type `{ty}` takes"))
    }

    fn must_be<T>(&self, expected: impl Into<String>) -> Result<T, Failure> {
        Err(Unfit { number: self.number, expected: expected.into(), found: self.value.describe() }.into())
    }

    fn integer(&self, int: i64, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match *ty {
            Type::INT8 => int.to_sql(ty, out),
            Type::INT4 => match i32::try_from(int) {
                Ok(int) => int.to_sql(ty, out),
                Err(_) => self.must_be("an integer of 32 bits"),
            },
            Type::INT2 => match i16::try_from(int) {
                Ok(int) => int.to_sql(ty, out),
                Err(_) => self.must_be("an integer of 16 bits"),
            },
            Type::OID => match u32::try_from(int) {
                Ok(int) => int.to_sql(ty, out),
                Err(_) => self.must_be("an object identifier"),
            },
            Type::NUMERIC => Decimal::from(int).to_sql(ty, out),
            // The only integers that SQLite takes for a truth value and gives back as one.
            Type::BOOL if int == 0 || int == 1 => (int == 1).to_sql(ty, out),
            Type::FLOAT8 | Type::FLOAT4 if int.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS =>
            {
                #[expect(clippy::cast_precision_loss, reason = "checked: it is exact")]
                self.float(int as f64, ty, out)
            }
            _ if is_text(ty) => int.to_string().to_sql(&Type::TEXT, out),
            _ => self.unfit(ty),
        }
    }

    fn float(&self, float: f64, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match *ty {
            Type::FLOAT8 => float.to_sql(ty, out),
            Type::FLOAT4 => {
                #[expect(clippy::cast_possible_truncation, reason = "checked: it comes back as it was")]
                let short = float as f32;
                if f64::from(short).to_bits() == float.to_bits() {
                    return short.to_sql(ty, out);
                }
                self.must_be("a number that 32 bits hold exactly (declare the column DOUBLE PRECISION)")
            }
            Type::NUMERIC => match Decimal::from_str_exact(&float.to_string()) {
                Ok(decimal) => decimal.to_sql(ty, out),
                Err(_) => self.must_be("a decimal number of up to 28 digits"),
            },
            Type::INT8 | Type::INT4 | Type::INT2 => match float.to_i64().filter(|_| float.fract() == 0.0) {
                Some(int) => self.integer(int, ty, out),
                None => self.must_be("an integer"),
            },
            _ => self.unfit(ty),
        }
    }

    fn decimal(&self, decimal: Decimal, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match *ty {
            Type::NUMERIC => decimal.to_sql(ty, out),
            Type::INT8 | Type::INT4 | Type::INT2 => match i64::try_from(decimal) {
                Ok(int) if decimal.is_integer() => self.integer(int, ty, out),
                _ => self.must_be("an integer"),
            },
            Type::FLOAT8 => match text::float_of_decimal(decimal) {
                Some(float) => float.to_sql(ty, out),
                None => self.must_be("a number of up to 15 digits"),
            },
            _ if is_text(ty) => decimal.normalize().to_string().to_sql(&Type::TEXT, out),
            _ => self.unfit(ty),
        }
    }

    fn json(&self, json: &serde_json::Value, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match *ty {
            Type::JSON | Type::JSONB => json.to_sql(ty, out),
            _ if is_text(ty) => json.to_string().to_sql(&Type::TEXT, out),
            _ => self.unfit(ty),
        }
    }
}

/// Whether the type's bytes are those of its text.
pub(crate) fn is_text(ty: &Type) -> bool {
    matches!(*ty, Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN) || ty.name() == "citext"
}

impl ToSql for Bound<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match self.value {
            Value::Null => Ok(IsNull::Yes),
            // Sent as text whatever the type is: the server reads it, as it reads a literal.
            Value::Text(_) if *ty == Type::BYTEA => self.must_be("a blob"),
            Value::Text(text) => {
                out.extend_from_slice(text.as_bytes());
                Ok(IsNull::No)
            }
            Value::Bool(value) if *ty == Type::BOOL => value.to_sql(ty, out),
            Value::Bool(value) if matches!(*ty, Type::INT2 | Type::INT4 | Type::INT8) => {
                self.integer(i64::from(*value), ty, out)
            }
            Value::Int(int) => self.integer(*int, ty, out),
            Value::Float(float) => self.float(*float, ty, out),
            Value::Decimal(decimal) => self.decimal(*decimal, ty, out),
            Value::Json(json) => self.json(json, ty, out),
            Value::Blob(bytes) if *ty == Type::BYTEA => bytes.as_ref().to_sql(ty, out),
            Value::Timestamp(timestamp) if *ty == Type::TIMESTAMPTZ => timestamp.to_sql(ty, out),
            Value::Timestamp(timestamp) if *ty == Type::TIMESTAMP => {
                timestamp.to_zoned(TimeZone::UTC).datetime().to_sql(ty, out)
            }
            Value::Timestamp(timestamp) if is_text(ty) => text::of_timestamp(*timestamp).to_sql(&Type::TEXT, out),
            Value::Date(date) if *ty == Type::DATE => date.to_sql(ty, out),
            Value::Date(date) if is_text(ty) => text::of_date(*date).to_sql(&Type::TEXT, out),
            Value::Uuid(uuid) if *ty == Type::UUID => uuid.to_sql(ty, out),
            Value::Uuid(uuid) if is_text(ty) => uuid.to_string().to_sql(&Type::TEXT, out),
            _ => self.unfit(ty),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        if matches!(self.value, Value::Text(_)) { Format::Text } else { Format::Binary }
    }

    to_sql_checked!();
}

/// The type that a value has by itself, for places that take any.
pub(crate) fn own_type(value: &Value<'_>) -> Type {
    match value {
        Value::Null => Type::UNKNOWN,
        Value::Bool(_) => Type::BOOL,
        Value::Int(_) => Type::INT8,
        Value::Float(_) => Type::FLOAT8,
        Value::Text(_) => Type::TEXT,
        Value::Blob(_) => Type::BYTEA,
        Value::Json(_) => Type::JSONB,
        Value::Timestamp(_) => Type::TIMESTAMPTZ,
        Value::Date(_) => Type::DATE,
        Value::Uuid(_) => Type::UUID,
        Value::Decimal(_) => Type::NUMERIC,
    }
}

/// A cell as the contract's value; `Err` with the name of a type that has none.
pub(crate) struct Cell<'a>(pub(crate) Value<'a>);

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        let value = match *ty {
            Type::BOOL => Value::Bool(bool::from_sql(ty, raw)?),
            Type::INT2 => Value::Int(i16::from_sql(ty, raw)?.into()),
            Type::INT4 => Value::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT8 => Value::Int(i64::from_sql(ty, raw)?),
            Type::OID => Value::Int(u32::from_sql(ty, raw)?.into()),
            Type::FLOAT4 => Value::Float(f32::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => Value::Float(f64::from_sql(ty, raw)?),
            Type::NUMERIC => Value::Decimal(Decimal::from_sql(ty, raw)?),
            Type::BYTEA => Value::Blob(Cow::Borrowed(raw)),
            Type::JSON | Type::JSONB => Value::Json(Cow::Owned(serde_json::Value::from_sql(ty, raw)?)),
            Type::TIMESTAMPTZ => Value::Timestamp(Timestamp::from_sql(ty, raw)?),
            Type::TIMESTAMP => Value::Timestamp(DateTime::from_sql(ty, raw)?.to_zoned(TimeZone::UTC)?.timestamp()),
            Type::DATE => Value::Date(Date::from_sql(ty, raw)?),
            Type::UUID => Value::Uuid(Uuid::from_sql(ty, raw)?),
            Type::VOID => Value::Null,
            _ if is_text(ty) || matches!(ty.kind(), Kind::Enum(_)) => {
                Value::Text(Cow::Borrowed(std::str::from_utf8(raw)?))
            }
            _ => return Err(format!("no Rust type is read from `{ty}`; cast it in SQL, as in `column::text`").into()),
        };
        Ok(Self(value))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Failure> {
        Ok(Self(Value::Null))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
