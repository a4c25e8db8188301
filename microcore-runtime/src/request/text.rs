//! The body as a text. In: head and body. Out: the text, or the error that refuses it.
//!
//! Any media type will do. 415 a `charset` that is not UTF-8, 413 too long, 400 bytes that are not UTF-8.

use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::{Body, Head, parameters};
use crate::error::{Error, Kind, Result};

pub(super) async fn read(head: &Head, body: Body) -> Result<String> {
    if !is_utf8(&head.headers) {
        let said = "the body must be UTF-8: send `content-type` without another `charset`";
        return Err(Error::of(Kind::UnsupportedMediaType, said));
    }
    let bytes = body.read().await?;
    String::from_utf8(bytes.into())
        .map_err(|error| Error::bad_request("the body must be UTF-8").with_source(error.utf8_error()))
}

/// ASCII is UTF-8; what says nothing is taken at its bytes.
fn is_utf8(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return true };
    let Ok(charset) = parameters::value(value, "charset") else { return false };
    charset.is_none_or(|charset| ["utf-8", "utf8", "us-ascii"].iter().any(|known| charset.eq_ignore_ascii_case(known)))
}
