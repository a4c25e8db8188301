//! The urlencoded body. In: head, body and the rules of its type. Out: a valid value, or the error that refuses it.
//!
//! 415 another media type, 413 too long, 422 each field that is missing, malformed, unknown where the type denies those,
//! or against a rule.

use serde::de::DeserializeOwned;

use super::media_type::MediaType;
use super::{Body, Head, unprocessable, urlencoded};
use crate::error::{Error, InputPlace, Result};
use crate::validation::{BodyRules, Violations};

/// Reads, parses and validates.
pub(super) async fn read<T: DeserializeOwned>(head: &Head, body: Body, rules: &BodyRules<T>) -> Result<T> {
    let declared = MediaType::Form.is_declared(&head.headers)?;
    let bytes = body.read().await?;
    if !declared {
        if !bytes.is_empty() {
            return Err(MediaType::Form.undeclared());
        }
        // `Option<T>` may be absent, as its schema says: what takes `null` does, as in a JSON body.
        return (rules.read)(b"null").map_err(|_| Error::unprocessable("a form is required"));
    }
    // What is not ASCII is percent-encoded, so a form is text before it is decoded as well.
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| Error::bad_request("the body is not a form: it must be UTF-8").with_source(error))?;
    let value: T = urlencoded::read(text, InputPlace::Body, rules.probe).map_err(unprocessable)?;
    let mut violations = Violations::default();
    (rules.validate)(&value, &mut violations);
    if violations.is_empty() { Ok(value) } else { Err(unprocessable(violations.into_errors())) }
}
