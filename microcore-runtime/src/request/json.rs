//! The JSON body. In: head, body and the rules of its type. Out: a valid value, or the error that refuses it.
//!
//! 415 another media type, 413 too long, 400 not JSON, 422 JSON of the wrong shape or content.

use http::HeaderValue;
use http::header::CONTENT_TYPE;
use serde_json::error::Category;

use super::{Body, Head, quoted_field};
use crate::error::{Error, FieldError, InputPlace, Kind, Result};
use crate::validation::{BodyRules, Violations};

/// Reads, parses and validates.
pub(super) async fn read<T>(head: &Head, body: Body, rules: &BodyRules<T>) -> Result<T> {
    // A wrong type is refused before anything is read; none at all may mean that there is no body either.
    let declared = head.headers.get(CONTENT_TYPE);
    if let Some(declared) = declared {
        check_media_type(declared)?;
    }
    let bytes = body.read().await?;
    if bytes.is_empty() {
        return Err(Error::unprocessable("a JSON body is required"));
    }
    if declared.is_none() {
        return Err(unsupported("the body must be JSON: send `content-type: application/json`"));
    }
    let value: T = (rules.read)(&bytes).map_err(|error| refusal(&bytes, &error, rules.probe))?;
    let mut violations = Violations::default();
    (rules.validate)(&value, &mut violations);
    if violations.is_empty() { Ok(value) } else { Err(unprocessable(violations.into_errors())) }
}

fn check_media_type(value: &HeaderValue) -> Result<()> {
    let text = value.to_str().unwrap_or_default();
    let essence = text.split(';').next().unwrap_or_default().trim();
    if is_json(essence) {
        return Ok(());
    }
    Err(unsupported(format!("the body must be JSON: send `content-type: application/json`, not `{essence}`")))
}

fn is_json(essence: &str) -> bool {
    const PREFIX: usize = "application/".len();
    let Some((kind, subtype)) = essence.split_at_checked(PREFIX) else { return false };
    let suffix = subtype.len().checked_sub("+json".len()).and_then(|at| subtype.get(at..));
    kind.eq_ignore_ascii_case("application/")
        && (subtype.eq_ignore_ascii_case("json") || suffix.is_some_and(|end| end.eq_ignore_ascii_case("+json")))
}

fn unsupported(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::of(Kind::UnsupportedMediaType, message)
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

fn unprocessable(fields: Vec<FieldError>) -> Error {
    let said: Vec<String> = fields.iter().map(ToString::to_string).collect();
    Error::unprocessable(said.join("; ")).with_fields(fields)
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn json_is_application_json_and_everything_built_on_it() {
        for right in ["application/json", "Application/JSON", "application/problem+json"] {
            assert!(is_json(right), "{right}");
        }
        for wrong in ["", "text/json", "application/jsonp", "application/xml", "json", "application/é"] {
            assert!(!is_json(wrong), "{wrong}");
        }
    }
}
