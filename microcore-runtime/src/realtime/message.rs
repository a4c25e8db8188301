//! What may be a message, and one message of a socket. In: a text frame. Out: a valid value, or what is wrong with it;
//! and back.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::manifest::{InputFacts, ShapeOf};
use crate::response::schema_of;
use crate::validation::read_json;

/// What a handler of an `#[sse]` or a `#[ws]` may send.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be sent to a client: derive `Serialize` and `Schema`",
    label = "not a message",
    note = "messages are JSON, and their schema is in the manifest and in OpenAPI"
)]
pub trait Outgoing {
    /// Its JSON Schema.
    const SHAPE: ShapeOf;
}

impl<T: Serialize + JsonSchema> Outgoing for T {
    const SHAPE: ShapeOf = schema_of::<T>;
}

/// What a handler of a `#[ws]` may receive.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be received from a client: derive `Deserialize` and `Schema`",
    label = "not a message",
    note = "messages are JSON, and their schema is in the manifest and in OpenAPI"
)]
pub trait Incoming: Sized {
    /// Of its JSON.
    const READ: fn(&[u8]) -> serde_json::Result<Self>;
    /// What the manifest says of it.
    const FACTS: InputFacts;
}

impl<T: DeserializeOwned + JsonSchema> Incoming for T {
    const READ: fn(&[u8]) -> serde_json::Result<Self> = read_json::<T>;
    const FACTS: InputFacts = InputFacts::of::<T>("socket", "socket", true);
}

/// The schema of what is sent.
pub const fn sending<T: Outgoing>() -> ShapeOf {
    T::SHAPE
}

/// How what is received is read, and what the manifest says of it.
pub struct Receiving<T> {
    /// Of its JSON.
    pub read: fn(&[u8]) -> serde_json::Result<T>,
    /// For the manifest.
    pub facts: InputFacts,
}

/// All of it at once: generated code says this wherever it needs some of it, so that a type that can't be received is
/// one error.
pub const fn receiving<T: Incoming>() -> Receiving<T> {
    Receiving { read: T::READ, facts: T::FACTS }
}

impl<T> fmt::Debug for Receiving<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiving").field("facts", &self.facts).finish_non_exhaustive()
    }
}

pub(super) fn write<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::internal("a message can't be serialised").with_source(error))
}

#[cfg(feature = "ws")]
pub(super) use self::received::{read, refusal};

#[cfg(feature = "ws")]
mod received {
    use crate::error::{Error, Result};
    use crate::request::json_value;
    use crate::response::failure;
    use crate::validation::BodyRules;

    /// The value of a text frame, parsed and valid, as a JSON body would be.
    pub(in crate::realtime) fn read<T>(text: &str, rules: &BodyRules<T>) -> Result<T> {
        json_value(text.as_bytes(), rules)
    }

    /// The frame that tells of a failure: the envelope of every failure. It is logged here, once.
    pub(in crate::realtime) fn refusal(error: Error) -> String {
        let response = failure(error);
        String::from_utf8_lossy(response.body().whole().map_or(&[], |bytes| bytes)).into_owned()
    }
}
