//! What a statement is given for `$1, $2, …`.
//!
//! In: `()`, one value, a tuple or a list. Out: values in the order of their numbers, or the first one that has no SQL form.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::db::{DbError, Value};

/// A type that can stand for one `$n`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be bound to a placeholder",
    label = "must be an integer, a float, `bool`, a text, bytes, `Timestamp`, `Date`, `Uuid`, `Decimal`, `serde_json::Value`, or an `Option` of or reference to one"
)]
pub trait Bind {
    /// The value as SQL knows it. An error where it has no exact form: nothing is rounded, nothing becomes NULL.
    fn value(&self) -> Result<Value<'_>, DbError>;
}

/// All values of one statement: `()`, one value, a tuple of up to 16, or a list of one type.
///
/// Bytes that are one value stand in a tuple, `(&bytes,)`: by themselves they are a list of numbers.
///
/// ```
/// use microcore_tools::db::{Backend, Database, DbError, Params};
///
/// /// Whether a query finds anything.
/// async fn any(db: &Database<impl Backend>, sql: &str, params: impl Params) -> Result<bool, DbError> {
///     Ok(db.query_one::<(i64,)>(sql, params).await?.is_some())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the parameters of a statement",
    label = "must be `()`, one value such as `id`, a tuple such as `(&name, &email)`, or a list of one type"
)]
pub trait Params {
    /// The values, `$1` first.
    fn values(&self) -> Result<Vec<Value<'_>>, DbError>;

    /// Lends the values to `take`, in the same order. What has a fixed number of them makes no list for it.
    fn lend<R>(&self, take: impl FnOnce(&[Value<'_>]) -> R) -> Result<R, DbError> {
        Ok(take(&self.values()?))
    }
}

/// The values of `params`, borrowing nothing, so that they may travel to another thread.
pub(crate) fn owned(params: &impl Params) -> Result<Vec<Value<'static>>, DbError> {
    params.lend(copied)
}

/// Values that borrow nothing.
pub(crate) fn copied(values: &[Value<'_>]) -> Vec<Value<'static>> {
    values.iter().map(|value| value.clone().into_owned()).collect()
}

macro_rules! bind_integers {
    ($($ty:ty)+) => {$(
        impl Bind for $ty {
            fn value(&self) -> Result<Value<'_>, DbError> {
                i64::try_from(*self).map(Value::Int).map_err(|_| {
                    DbError::mismatch(format!("a parameter must be an integer of 64 bits with sign, and is {self}"))
                })
            }
        }
    )+};
}

bind_integers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl Bind for f64 {
    fn value(&self) -> Result<Value<'_>, DbError> {
        // SQLite would store NaN as NULL.
        if self.is_nan() {
            return Err(DbError::mismatch("a parameter must be a number, and is NaN"));
        }
        Ok(Value::Float(*self))
    }
}

impl Bind for f32 {
    fn value(&self) -> Result<Value<'_>, DbError> {
        f64::from(*self).value().map(Value::into_owned)
    }
}

impl Bind for bool {
    fn value(&self) -> Result<Value<'_>, DbError> {
        Ok(Value::Bool(*self))
    }
}

impl Bind for str {
    fn value(&self) -> Result<Value<'_>, DbError> {
        Ok(Value::Text(Cow::Borrowed(self)))
    }
}

impl Bind for String {
    fn value(&self) -> Result<Value<'_>, DbError> {
        self.as_str().value()
    }
}

impl Bind for Cow<'_, str> {
    fn value(&self) -> Result<Value<'_>, DbError> {
        (**self).value()
    }
}

impl Bind for [u8] {
    fn value(&self) -> Result<Value<'_>, DbError> {
        Ok(Value::Blob(Cow::Borrowed(self)))
    }
}

impl<const N: usize> Bind for [u8; N] {
    fn value(&self) -> Result<Value<'_>, DbError> {
        self.as_slice().value()
    }
}

impl Bind for Vec<u8> {
    fn value(&self) -> Result<Value<'_>, DbError> {
        self.as_slice().value()
    }
}

impl Bind for serde_json::Value {
    /// A document: a text in it is bound with its quotes, so `json!("a")` is no parameter for a column of texts.
    fn value(&self) -> Result<Value<'_>, DbError> {
        Ok(Value::Json(Cow::Borrowed(self)))
    }
}

impl Bind for Timestamp {
    /// To the microsecond, which is what PostgreSQL keeps.
    fn value(&self) -> Result<Value<'_>, DbError> {
        in_calendar(self.to_zoned(jiff::tz::TimeZone::UTC).year())?;
        let kept = Self::from_microsecond(self.as_microsecond());
        Ok(Value::Timestamp(kept.map_err(|error| DbError::mismatch("a parameter is out of range").caused_by(error))?))
    }
}

impl Bind for Date {
    fn value(&self) -> Result<Value<'_>, DbError> {
        in_calendar(self.year())?;
        Ok(Value::Date(*self))
    }
}

/// Before the year 1 the engines count and write differently.
fn in_calendar(year: i16) -> Result<(), DbError> {
    if year >= 1 { Ok(()) } else { Err(DbError::mismatch(format!("a year must be 1 or later, and is {year}"))) }
}

impl Bind for Uuid {
    fn value(&self) -> Result<Value<'_>, DbError> {
        Ok(Value::Uuid(*self))
    }
}

impl Bind for Decimal {
    fn value(&self) -> Result<Value<'_>, DbError> {
        Ok(Value::Decimal(*self))
    }
}

/// For SQL that is put together at run time: a `Vec<Value>` is the list of its parameters.
impl Bind for Value<'_> {
    fn value(&self) -> Result<Value<'_>, DbError> {
        match self {
            Value::Float(float) => float.value(),
            Value::Timestamp(timestamp) => timestamp.value(),
            Value::Date(date) => date.value(),
            Value::Text(text) => text.value(),
            Value::Blob(bytes) => bytes.as_ref().value(),
            Value::Json(json) => json.as_ref().value(),
            plain => Ok(plain.clone()),
        }
    }
}

impl<T: Bind> Bind for Option<T> {
    fn value(&self) -> Result<Value<'_>, DbError> {
        self.as_ref().map_or(Ok(Value::Null), Bind::value)
    }
}

impl<T: Bind + ?Sized> Bind for &T {
    fn value(&self) -> Result<Value<'_>, DbError> {
        (**self).value()
    }
}

impl Params for () {
    fn values(&self) -> Result<Vec<Value<'_>>, DbError> {
        Ok(Vec::new())
    }

    fn lend<R>(&self, take: impl FnOnce(&[Value<'_>]) -> R) -> Result<R, DbError> {
        Ok(take(&[]))
    }
}

impl<T: Bind> Params for [T] {
    fn values(&self) -> Result<Vec<Value<'_>>, DbError> {
        self.iter().map(Bind::value).collect()
    }
}

impl<T: Bind, const N: usize> Params for [T; N] {
    fn values(&self) -> Result<Vec<Value<'_>>, DbError> {
        self.as_slice().values()
    }
}

impl<T: Bind> Params for Vec<T> {
    fn values(&self) -> Result<Vec<Value<'_>>, DbError> {
        self.as_slice().values()
    }
}

impl<P: Params + ?Sized> Params for &P {
    fn values(&self) -> Result<Vec<Value<'_>>, DbError> {
        (**self).values()
    }

    fn lend<R>(&self, take: impl FnOnce(&[Value<'_>]) -> R) -> Result<R, DbError> {
        (**self).lend(take)
    }
}

macro_rules! single_values {
    ($($ty:ty)+) => {$(
        impl Params for $ty {
            fn values(&self) -> Result<Vec<Value<'_>>, DbError> {
                Ok(vec![self.value()?])
            }

            fn lend<R>(&self, take: impl FnOnce(&[Value<'_>]) -> R) -> Result<R, DbError> {
                Ok(take(&[self.value()?]))
            }
        }
    )+};
}

// `(id)` is `id`: a tuple of one is easily forgotten its comma, and there is nothing else that it could mean.
single_values!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64 bool str String Cow<'_, str>);
single_values!(Timestamp Date Uuid Decimal serde_json::Value Value<'_>);

impl<T: Bind> Params for Option<T> {
    fn values(&self) -> Result<Vec<Value<'_>>, DbError> {
        Ok(vec![self.value()?])
    }
}

macro_rules! tuples {
    ($first:ident $($rest:ident)*) => {
        impl<$first: Bind, $($rest: Bind),*> Params for ($first, $($rest,)*) {
            fn values(&self) -> Result<Vec<Value<'_>>, DbError> {
                #[expect(non_snake_case, reason = "one name per type parameter, so that the macro needs one list")]
                let ($first, $($rest,)*) = self;
                Ok(vec![$first.value()?, $($rest.value()?),*])
            }

            #[inline]
            fn lend<R>(&self, take: impl FnOnce(&[Value<'_>]) -> R) -> Result<R, DbError> {
                #[expect(non_snake_case, reason = "one name per type parameter, so that the macro needs one list")]
                let ($first, $($rest,)*) = self;
                Ok(take(&[$first.value()?, $($rest.value()?),*]))
            }
        }
        tuples!($($rest)*);
    };
    () => {};
}

tuples!(A B C D E F G H I J K L M N O P);
