//! Values of which SQLite has no type → what it holds instead.

use rusqlite::types::Value as Stored;

use crate::db::backend::Result;
use crate::db::{DbError, Value, text};

/// Text for moments and UUIDs, a number for decimals.
pub(crate) fn typeless(value: &Value<'_>) -> rusqlite::Result<Stored> {
    Ok(match value {
        Value::Timestamp(timestamp) => Stored::Text(text::of_timestamp(*timestamp)),
        Value::Date(date) => Stored::Text(text::of_date(*date)),
        Value::Uuid(uuid) => Stored::Text(uuid.to_string()),
        Value::Decimal(decimal) => {
            number(*decimal).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?
        }
        // NULL is never a way out.
        other => {
            let message = format!("{} has a type of its own", other.describe());
            return Err(rusqlite::Error::ToSqlConversionFailure(message.into()));
        }
    })
}

/// A text would become a float in a NUMERIC column anyway, and silently lose what a float can't hold.
fn number(decimal: rust_decimal::Decimal) -> Result<Stored> {
    if let (true, Ok(int)) = (decimal.is_integer(), i64::try_from(decimal)) {
        return Ok(Stored::Integer(int));
    }
    text::float_of_decimal(decimal).map(Stored::Real).ok_or_else(|| {
        DbError::mismatch(
            "SQLite keeps 15 digits of a decimal number, and this one has more; \
             bind its text to a column declared TEXT",
        )
    })
}
