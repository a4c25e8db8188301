//! Why there is no struct. In: our own conversions, or serde's sentences. Out: field, rule and sentence.

use std::borrow::Cow;
use std::fmt;

use serde::de;

use crate::error::{FieldError, InputPlace};
use crate::request::quoted_field;
use crate::validation::{one_of, type_sentence};

/// Why the struct can't be read, and which field is to blame where that is known.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) field: Option<String>,
    /// None where the type itself refused the value.
    pub(super) rule: Option<&'static str>,
    message: Cow<'static, str>,
}

impl Refusal {
    pub(super) fn new(field: &str, rule: &'static str, message: &'static str) -> Self {
        Self { field: Some(field.to_owned()), rule: Some(rule), message: message.into() }
    }

    /// Of this field, whatever was known before.
    pub(super) fn of(self, field: &str) -> Self {
        Self { field: Some(field.to_owned()), ..self }
    }

    pub(super) fn into_error(self, place: InputPlace) -> FieldError {
        FieldError::new(place, self.field.unwrap_or_default(), self.rule.unwrap_or("type"), self.message)
    }
}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        Self { field: quoted_field(&message).map(str::to_owned), rule: None, message: type_sentence(&message).into() }
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self { field: None, rule: None, message: one_of(expected).into() }
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(field, "required", "is required")
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::new(field, "unknown", "is not a field")
    }

    /// By two of its names.
    fn duplicate_field(field: &'static str) -> Self {
        Self::new(field, "repeated", "must be given once")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}
