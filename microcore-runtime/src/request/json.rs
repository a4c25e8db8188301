//! The JSON body. In: head, body and the rules of its type. Out: a valid value, or the error that refuses it.
//!
//! 415 another media type, 413 too long, 400 not JSON, 422 JSON of the wrong shape or content.

use serde_json::error::Category;

use super::media_type::MediaType;
use super::{Body, Head, quoted_field, unprocessable};
use crate::error::{Error, FieldError, InputPlace, Result};
use crate::validation::{BodyRules, Violations};

/// Reads, parses and validates.
pub(super) async fn read<T>(head: &Head, body: Body, rules: &BodyRules<T>) -> Result<T> {
    // A wrong type is refused before anything is read; none at all may mean that there is no body either.
    let declared = MediaType::Json.is_declared(&head.headers)?;
    let bytes = body.read().await?;
    if bytes.is_empty() {
        // `Option<T>` may be absent, as its schema says: what takes `null` does.
        return (rules.read)(b"null").map_err(|_| Error::unprocessable("a JSON body is required"));
    }
    if !declared {
        return Err(MediaType::Json.undeclared());
    }
    value(&bytes, rules)
}

/// The value of a JSON text, parsed and valid.
pub(crate) fn value<T>(bytes: &[u8], rules: &BodyRules<T>) -> Result<T> {
    let value: T = (rules.read)(bytes).map_err(|error| refusal(bytes, &error, rules.probe))?;
    let mut violations = Violations::default();
    // serde's own derive reads a struct from a list as well, field by field: nobody means that, and the schema refuses
    // it. What has no place for an empty list is no list.
    if bytes.trim_ascii_start().starts_with(b"[") && (rules.probe)(&serde_json::Value::Array(vec![]), &mut violations) {
        return Err(unprocessable(violations.into_errors()));
    }
    (rules.validate)(&value, &mut violations);
    if violations.is_empty() { Ok(value) } else { Err(unprocessable(violations.into_errors())) }
}

/// Why serde did not make a value of the bytes.
fn refusal(bytes: &[u8], error: &serde_json::Error, probe: Probe) -> Error {
    if error.classify() != Category::Data {
        return malformed(error);
    }
    // serde stops at the first field that fails; the probe looks at all of them.
    let value = match serde_json::from_slice::<serde_json::Value>(bytes) {
        Ok(value) => value,
        Err(syntax) => return malformed(&syntax),
    };
    let mut violations = Violations::default();
    if probe(&value, &mut violations) {
        return unprocessable(violations.into_errors());
    }
    if !value.is_object() {
        return Error::unprocessable(format!("the body has the wrong shape: {error}"));
    }
    let message = error.to_string();
    match quoted_field(&message) {
        Some(name) => {
            let rule = if message.starts_with("missing") { "required" } else { "type" };
            let said = if rule == "required" { "is required".to_owned() } else { message.clone() };
            unprocessable(vec![FieldError::new(InputPlace::Body, name.to_owned(), rule, said)])
        }
        None => Error::unprocessable(message),
    }
}

type Probe = fn(&serde_json::Value, &mut Violations) -> bool;

fn malformed(error: &serde_json::Error) -> Error {
    Error::bad_request(format!("the body is not valid JSON: {error}"))
}
