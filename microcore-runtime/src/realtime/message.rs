//! One message of a socket. In: a text frame. Out: a valid value, or what is wrong with it; and back.

use serde::Serialize;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::error::{Error, Result};
use crate::request::json_value;
use crate::response::failure;
use crate::validation::BodyRules;

/// The value of a text frame, parsed and valid, as a JSON body would be.
pub(super) fn read<T>(text: &Utf8Bytes, rules: &BodyRules<T>) -> Result<T> {
    json_value(text.as_bytes(), rules)
}

pub(super) fn write<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::internal("a message can't be serialised").with_source(error))
}

/// The frame that tells of a failure: the envelope of every failure. It is logged here, once.
pub(super) fn refusal(error: Error) -> String {
    let response = failure(error);
    String::from_utf8_lossy(response.body().whole().map_or(&[], |bytes| bytes)).into_owned()
}
