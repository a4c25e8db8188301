//! The parts of a multipart body as an input of a handler. In: head and body. Out: one part after the other.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::Part;
use super::reader::Reader;
use crate::error::{Error, Kind, Result};
use crate::request::body::too_large;
use crate::request::media_type::MediaType;
use crate::request::{Body, Head, parameters};

/// More parts than any form has; without a bound, a million empty ones would fit into the size limit.
const MOST_PARTS: usize = 1000;

/// The parts of a multipart body: files, and the text fields beside them.
///
/// ```
/// # use microcore_runtime::{error::Result, request::Files};
/// # async fn store(mut files: Files) -> Result<u64> {
/// let mut bytes = 0;
/// while let Some(mut part) = files.next().await? {
///     while let Some(chunk) = part.chunk().await? {
///         bytes += chunk.len() as u64;
///     }
/// }
/// # Ok(bytes) }
/// ```
#[derive(Debug)]
pub struct Files {
    reader: Reader,
    read: usize,
}

impl Files {
    /// Nothing is read yet.
    pub(in crate::request) fn of(head: &Head, body: Body) -> Result<Self> {
        if !MediaType::Multipart.is_declared(&head.headers)? {
            return Err(MediaType::Multipart.undeclared());
        }
        let boundary =
            boundary(&head.headers).ok_or_else(|| Error::bad_request("`content-type` has no valid `boundary`"))?;
        let limit = body.limits().upload;
        if hyper::body::Body::size_hint(&body).lower() > limit {
            return Err(too_large(limit));
        }
        Ok(Self { reader: Reader::new(body, &boundary), read: 0 })
    }

    /// The next part, without what is unread of the part before it; `None` after the last one.
    pub async fn next(&mut self) -> Result<Option<Part<'_>>> {
        let Some(said) = self.reader.next().await? else { return Ok(None) };
        if self.read == MOST_PARTS {
            return Err(Error::of(Kind::PayloadTooLarge, format!("the body may have at most {MOST_PARTS} parts")));
        }
        self.read += 1;
        Ok(Some(Part::of(said, &mut self.reader)))
    }
}

/// RFC 2046, 5.1.1.
fn boundary(headers: &HeaderMap) -> Option<String> {
    let declared = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let boundary = parameters::value(declared, "boundary").ok()??;
    let is_right = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    let is_valid = (1..=70).contains(&boundary.len()) && boundary.bytes().all(is_right) && !boundary.ends_with(' ');
    is_valid.then(|| boundary.into_owned())
}

/// Any fields, each a text or a file: what the handler makes of them is its own.
impl JsonSchema for Files {
    fn schema_name() -> Cow<'static, str> {
        "Files".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": { "type": "string", "format": "binary" } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_is_what_may_stand_between_parts() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, text.parse().unwrap());
            boundary(&headers)
        };
        for right in [
            "multipart/form-data; boundary=x",
            "Multipart/Form-Data; Boundary=\"x\"",
            "multipart/form-data;charset=utf-8 ; BOUNDARY=x;",
        ] {
            assert_eq!(read(right).as_deref(), Some("x"), "{right}");
        }
        let long = format!("multipart/form-data; boundary={}", "x".repeat(71));
        for wrong in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=\"x",
            "multipart/form-data; boundary=x; boundary=y",
            "multipart/form-data; boundary=\"x \"",
            "multipart/form-data; boundary=\"x\ty\"",
            &long,
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
