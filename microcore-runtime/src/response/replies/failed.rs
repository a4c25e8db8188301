//! What a client may know of a failure. In: an error and the request's id. Out: its parts, none of which is the log's.

use http::StatusCode;
use serde_json::{Value, json};

use crate::context::Id;
use crate::error::{Error, FieldError};

/// A failure, as far as the client may know it: what a shape of replies writes down.
#[derive(Clone, Copy)]
pub struct Failure<'a> {
    error: &'a Error,
    id: Option<&'a Id>,
}

impl<'a> Failure<'a> {
    pub(in crate::response) fn new(error: &'a Error, id: Option<&'a Id>) -> Self {
        Self { error, id }
    }

    /// The status: 404.
    pub fn status(&self) -> u16 {
        self.error.status()
    }

    /// What the status is called: "Not Found".
    pub fn title(&self) -> &'static str {
        StatusCode::from_u16(self.status()).ok().and_then(|status| status.canonical_reason()).unwrap_or("Failure")
    }

    /// What kind of failure it is, for programs: `not_found`.
    pub fn code(&self) -> &'static str {
        self.error.code()
    }

    /// The sentence for the client; of a failure that is none of its business, an opaque one.
    pub fn message(&self) -> &'a str {
        self.error.public_message()
    }

    /// The inputs that are to blame.
    pub fn fields(&self) -> &'a [FieldError] {
        self.error.fields()
    }

    /// The request's id, where it is known: the log has it too, and the header `x-request-id`.
    pub fn request_id(&self) -> Option<String> {
        self.id.map(ToString::to_string)
    }

    pub(super) fn id(&self) -> Option<&'a Id> {
        self.id
    }

    /// The JSON Schema of one of [`Failure::fields`].
    pub fn field_schema() -> Value {
        let text = json!({ "type": "string" });
        json!({
            "type": "object",
            "properties": {
                "in": { "enum": ["path", "query", "body", "header"] },
                "field": text, "pointer": text, "message": text, "rule": text,
            },
            "required": ["in", "field", "message", "rule"],
        })
    }
}

impl std::fmt::Debug for Failure<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (status, message) = (self.status(), self.message());
        f.debug_struct("Failure").field("status", &status).field("message", &message).finish_non_exhaustive()
    }
}
