//! The shape of replies and failures: what an application's word `replies` in `app!` picks.
//!
//! In: a value, or what a client may know of a failure. Out: what is sent for it, and its JSON Schema. A handler's value
//! is written by a call that the compiler knows; failures, which the server makes too, by functions of the process.

mod enveloped;
mod failed;
mod functions;
mod plain;

use bytes::Bytes;
use http::HeaderValue;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

pub use self::enveloped::Enveloped;
pub use self::failed::Failure;
pub use self::functions::ReplyFunctions;
pub(super) use self::functions::Spoken;
pub(crate) use self::functions::{adopt, spoken};
pub use self::plain::Plain;
use crate::json::write_json;
use crate::response::writing;

/// How an application replies: the shape of its values and of its failures.
///
/// [`Enveloped`] and [`Plain`] are the framework's. One of your own is named by its path: `app! { replies: crate::Shop }`.
/// Everything follows it: handlers, the server's own refusals, the OpenAPI document and the test client.
///
/// ```
/// use microcore_runtime::response::{Failure, Replies};
/// use serde::Serialize;
/// use serde_json::{Value, json};
///
/// pub struct Shop;
///
/// impl Replies for Shop {
///     fn value<T: Serialize>(value: &T) -> impl Serialize {
///         value
///     }
///
///     fn value_schema(schema: Value) -> Value {
///         schema
///     }
///
///     fn failure(failure: &Failure<'_>) -> impl Serialize {
///         json!({ "errors": [failure.message()] })
///     }
///
///     fn failure_schema() -> Value {
///         json!({ "type": "object", "properties": { "errors": { "type": "array", "items": { "type": "string" } } } })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` says nothing about the shape of replies",
    label = "not a shape of replies",
    note = "`replies` in `app!` is `Enveloped`, `Plain`, or the path of a type that implements `microcore::response::Replies`"
)]
pub trait Replies: 'static {
    /// The media type of a value: JSON, or a kind of JSON.
    const VALUE_MEDIA: &'static str = "application/json";
    /// The media type of a failure: JSON, or a kind of JSON.
    const FAILURE_MEDIA: &'static str = "application/json";

    /// What is sent for a handler's value.
    fn value<T: Serialize>(value: &T) -> impl Serialize;

    /// The JSON Schema of that; `schema` is the value's own, to be put where the value is.
    fn value_schema(schema: Value) -> Value;

    /// What is sent for a failure.
    fn failure(failure: &Failure<'_>) -> impl Serialize;

    /// The JSON Schema of that.
    fn failure_schema() -> Value;

    /// The value in a body, for tests: the way back from [`Replies::value`].
    fn value_in(body: Value) -> Value {
        body
    }

    /// The failure in a body, for tests: what of it a test looks into.
    fn failure_in(body: Value) -> Value {
        body
    }

    /// [`Replies::VALUE_MEDIA`]; one that is none is an error of the compiler.
    #[doc(hidden)]
    #[inline]
    fn value_media() -> HeaderValue {
        const { HeaderValue::from_static(Self::VALUE_MEDIA) }
    }

    /// The JSON of [`Replies::value`].
    #[doc(hidden)]
    #[inline]
    fn json<T: Serialize>(value: &T) -> serde_json::Result<Bytes> {
        writing::bytes(|room| write_json(room, &Self::value(value)))
    }

    /// The same for a value that is JSON already.
    #[doc(hidden)]
    fn written(json: &[u8]) -> serde_json::Result<Bytes> {
        let json: &RawValue = serde_json::from_slice(json)?;
        Self::json(&json)
    }
}
