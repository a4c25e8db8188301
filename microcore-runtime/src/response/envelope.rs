//! The one shape of every JSON answer.
//!
//! In: a value, or an error and the request's id. Out: the bytes, written in one pass of serde.

use bytes::Bytes;
use serde::Serialize;

use crate::context::Id;
use crate::error::{Error, FieldError};

#[derive(Serialize)]
struct Success<'a, T> {
    success: bool,
    data: &'a T,
}

#[derive(Serialize)]
struct Failure<'a> {
    success: bool,
    error: Reason<'a>,
}

#[derive(Serialize)]
struct Reason<'a> {
    code: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a Id>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fields: &'a [FieldError],
}

/// `{"success":true,"data":…}`
pub(super) fn success<T: Serialize>(data: &T) -> serde_json::Result<Bytes> {
    serde_json::to_vec(&Success { success: true, data }).map(Bytes::from)
}

/// The same around JSON that is written already.
pub(super) fn written(json: &[u8]) -> Bytes {
    Bytes::from([br#"{"success":true,"data":"#, json, b"}"].concat())
}

/// `{"success":false,"error":{…}}`, with nothing that only the log may know.
pub(super) fn failure(error: &Error, id: Option<&Id>) -> Bytes {
    let reason =
        Reason { code: error.kind().code(), message: error.public_message(), request_id: id, fields: error.fields() };
    let envelope = Failure { success: false, error: reason };
    Bytes::from(serde_json::to_vec(&envelope).expect("strings and lists of strings can't fail to serialise"))
}
