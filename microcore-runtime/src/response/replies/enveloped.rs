//! The shape that is the default: `{"success":true,"data":…}` and `{"success":false,"error":{…}}`.

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Failure, Replies};
use crate::context::Id;
use crate::error::FieldError;

/// Values and failures in one envelope, told apart by `success`.
#[derive(Debug)]
pub enum Enveloped {}

#[derive(Serialize)]
struct Success<'a, T> {
    success: bool,
    data: &'a T,
}

#[derive(Serialize)]
struct Failed<'a> {
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

impl Replies for Enveloped {
    #[inline]
    fn value<T: Serialize>(value: &T) -> impl Serialize {
        Success { success: true, data: value }
    }

    fn value_schema(schema: Value) -> Value {
        json!({
            "type": "object",
            "properties": { "success": { "const": true }, "data": schema },
            "required": ["success", "data"],
        })
    }

    fn failure(failure: &Failure<'_>) -> impl Serialize {
        let error = Reason {
            code: failure.code(),
            message: failure.message(),
            request_id: failure.id(),
            fields: failure.fields(),
        };
        Failed { success: false, error }
    }

    fn failure_schema() -> Value {
        let text = json!({ "type": "string" });
        json!({
            "type": "object",
            "properties": {
                "success": { "const": false },
                "error": {
                    "type": "object",
                    "properties": {
                        "code": text, "message": text, "request_id": text,
                        "fields": { "type": "array", "items": Failure::field_schema() },
                    },
                    "required": ["code", "message"],
                },
            },
            "required": ["success", "error"],
        })
    }

    fn value_in(mut body: Value) -> Value {
        body["data"].take()
    }

    fn failure_in(mut body: Value) -> Value {
        body["error"].take()
    }

    fn written(json: &[u8]) -> serde_json::Result<Bytes> {
        Ok(Bytes::from([br#"{"success":true,"data":"#, json, b"}"].concat()))
    }
}
