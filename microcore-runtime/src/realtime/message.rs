//! What may be a message, and one message of a socket. In: a text frame. Out: a valid value, or what is wrong with it;
//! and back.

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::{Error, Result};
use crate::manifest::ShapeOf;
use crate::response::schema_of;

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

/// The schema of what is sent.
pub const fn sending<T: Outgoing>() -> ShapeOf {
    T::SHAPE
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
