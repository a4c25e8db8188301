//! One field of the input that is to blame, as the client sees it.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// Where in the request an input was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum InputPlace {
    /// A `{parameter}` of the path.
    Path,
    /// The query string.
    Query,
    /// The body.
    Body,
    /// A header.
    Header,
}

/// A field that was refused, why, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where the field was looked for.
    #[serde(rename = "in")]
    pub place: InputPlace,
    /// The name, as the client wrote or should have written it; nested fields are joined with `.`.
    pub field: Cow<'static, str>,
    /// In a body, where the field is as a JSON Pointer (RFC 6901): `/items/0/name`. Empty elsewhere, and for the whole.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub pointer: Cow<'static, str>,
    /// What must be: "must be an integer".
    pub message: Cow<'static, str>,
    /// The rule that failed, for programs: `required`, `type`, `length`, `email`, …
    pub rule: Cow<'static, str>,
}

impl FieldError {
    /// A refused field.
    pub fn new(
        place: InputPlace,
        field: impl Into<Cow<'static, str>>,
        rule: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let field = field.into();
        let in_body = place == InputPlace::Body && !field.is_empty();
        let pointer = if in_body { pointer_step(&field).into() } else { "".into() };
        Self { place, field, pointer, rule: rule.into(), message: message.into() }
    }

    /// For a field inside others, whose pointer is known.
    #[doc(hidden)]
    #[must_use]
    pub fn with_pointer(mut self, pointer: String) -> Self {
        self.pointer = pointer.into();
        self
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() {
            // The whole of it, not one of its fields.
            return match self.place {
                InputPlace::Body => write!(f, "the body {}", self.message),
                InputPlace::Query => write!(f, "the query {}", self.message),
                InputPlace::Path | InputPlace::Header => f.write_str(&self.message),
            };
        }
        write!(f, "`{}` {}", self.field, self.message)
    }
}

/// One step of a pointer: `/` and the name, with the two characters that have a meaning escaped.
pub fn pointer_step(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}
