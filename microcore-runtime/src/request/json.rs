//! The JSON body. In: head, body and the rules of its type. Out: a valid value, or the error that refuses it.
//!
//! 415 another media type, 413 too long, 400 not JSON, 422 JSON of the wrong shape or content.

use super::media_type::MediaType;
use super::{Body, Head, unprocessable};
use crate::error::{Error, Result};
use crate::json::Unread;
use crate::validation::{BodyRules, Search, Violations};

/// Reads, parses and validates.
pub(super) async fn read<T>(head: &Head, body: Body, rules: &BodyRules<T>) -> Result<T> {
    // A wrong type is refused before anything is read; none at all may mean that there is no body either.
    let declared = MediaType::Json.is_declared(&head.headers)?;
    let bytes = body.read().await?;
    if bytes.is_empty() {
        return absent(rules);
    }
    if !declared {
        return Err(MediaType::Json.undeclared());
    }
    value(&bytes, rules)
}

/// The value of a body that was read as it came, refused as `body: T` refuses it. Its media type is not looked at.
///
/// # Errors
///
/// 400 for what is no JSON, 422 for what is of another shape or against a rule.
pub fn json_of<T>(bytes: &[u8], rules: &BodyRules<T>) -> Result<T> {
    if bytes.is_empty() { absent(rules) } else { value(bytes, rules) }
}

/// `Option<T>` may be absent, as its schema says: what takes `null` does.
fn absent<T>(rules: &BodyRules<T>) -> Result<T> {
    (rules.read)(b"null").map_err(|_| Error::unprocessable("a JSON body is required"))
}

/// Reads a value from a body that a handler took as `raw: Bytes`: parsed, valid, and refused as `body: T` refuses it.
///
/// `let paid: Paid = from_json!(Paid, &raw)?;` A macro and not a function, because only where the type is known is it
/// known whether it has rules.
#[macro_export]
macro_rules! from_json {
    ($type:ty, $bytes:expr $(,)?) => {{
        #[allow(unused_imports)]
        use $crate::__private::Unchecked as _;
        $crate::__private::json_of::<$type>(
            $bytes,
            &$crate::__private::BodyRules::of(
                $crate::__private::read_json::<$type>,
                $crate::__private::Check::<$type>::VALIDATE,
                $crate::__private::Check::<$type>::PROBE,
            ),
        )
    }};
}

/// The value of a JSON text, parsed and valid.
pub(crate) fn value<T>(bytes: &[u8], rules: &BodyRules<T>) -> Result<T> {
    let value: T = (rules.read)(bytes).map_err(|unread| refusal(unread, rules.probe))?;
    let mut violations = Violations::default();
    // serde's own derive reads a struct from a list as well, field by field: nobody means that, and the schema refuses
    // it. What has no place for an empty list is no list.
    if bytes.trim_ascii_start().starts_with(b"[") && (rules.probe)(&serde_json::Value::Array(vec![]), &mut violations) {
        return Err(unprocessable(violations.into_errors()));
    }
    (rules.validate)(&value, &mut violations);
    if violations.is_empty() { Ok(value) } else { Err(unprocessable(violations.into_errors())) }
}

/// 400 for what is no JSON, 422 with every mistake for what is.
fn refusal(unread: Unread, probe: Search) -> Error {
    let (value, first) = match unread {
        Unread::Malformed(error) => return Error::bad_request(format!("the body is not valid JSON: {error}")),
        Unread::Refused { value, first } => (value, first),
    };
    // The reader stops at the first field that fails; the search looks at all of them.
    let mut violations = Violations::default();
    probe(&value, &mut violations);
    let mut errors = violations.into_errors();
    let has_some = !errors.is_empty();
    match errors.iter_mut().find(|found| found.pointer == first.pointer) {
        // What is there twice is one value for the search.
        Some(found) if first.rule == "repeated" => *found = *first,
        Some(_) => {}
        // A mistake of the whole is what the search has taken apart.
        None if first.pointer.is_empty() && has_some => {}
        None => errors.push(*first),
    }
    unprocessable(errors)
}
