//! A column that holds a JSON document, read into a type of one's own and written from it.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::db::{Bind, DbError, FromValue, Mismatch, Value};

/// A JSON document as `T`: a field of a row, or a parameter.
///
/// On SQLite the document is a text, on PostgreSQL a `JSON` or `JSONB`.
///
/// ```
/// # extern crate microcore_runtime as microcore;
/// # use microcore_tools::db::{Backend, Database, DbError, Json};
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Address { city: String }
///
/// # async fn example<B: Backend>(db: Database<B>) -> Result<(), DbError> {
/// let address = Address { city: "Porto".to_owned() };
/// db.execute("UPDATE users SET address = $1 WHERE id = $2", (Json(&address), 1)).await?;
/// let Json(read): Json<Address> = db.query_scalar("SELECT address FROM users WHERE id = $1", 1).await?;
/// # let _ = read.city; Ok(()) }
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + Send + 'static> FromValue for Json<T> {
    fn from_value(value: Value<'_>) -> Result<Self, Mismatch> {
        let wrong = |error: &serde_json::Error| Mismatch::of_document(std::any::type_name::<T>(), error);
        match value {
            Value::Json(json) => T::deserialize(&*json).map(Self).map_err(|error| wrong(&error)),
            Value::Text(text) => serde_json::from_str(&text).map(Self).map_err(|error| wrong(&error)),
            other => Err(Mismatch::new("a JSON document", &other)),
        }
    }
}

impl<T: Serialize> Bind for Json<T> {
    fn value(&self) -> Result<Value<'_>, DbError> {
        let written = serde_json::to_value(&self.0);
        let written = written.map_err(|error| DbError::mismatch("a parameter can't be JSON").caused_by(error))?;
        Ok(Value::Json(Cow::Owned(written)))
    }
}
