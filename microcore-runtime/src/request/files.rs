//! The multipart body, part by part as it arrives: nothing is kept that the handler does not keep.
//!
//! In: head and body. Out: one [`Part`] at a time, or the error that refuses the body: 415 not multipart, 413 too long,
//! 400 malformed, 408 too slow.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http_body_util::BodyDataStream;
use multer::{Constraints, Multipart, SizeLimit};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::body::too_large;
use super::media_type::MediaType;
use super::{Body, BodyError, Head};
use crate::error::{Error, Kind, Result};

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
    parts: Multipart<'static>,
    limit: u64,
    read: usize,
}

/// One part: a file, or a text field.
#[derive(Debug)]
pub struct Part {
    field: multer::Field<'static>,
    limit: u64,
}

impl Files {
    /// Nothing is read yet.
    pub(super) fn of(head: &Head, body: Body) -> Result<Self> {
        if !MediaType::Multipart.is_declared(&head.headers)? {
            return Err(MediaType::Multipart.undeclared());
        }
        let declared = head.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let boundary = multer::parse_boundary(declared)
            .map_err(|error| Error::bad_request("`content-type` has no `boundary`").with_source(error))?;
        let limit = body.limits().upload;
        if hyper::body::Body::size_hint(&body).lower() > limit {
            return Err(too_large(limit));
        }
        let constraints = Constraints::new().size_limit(SizeLimit::new().whole_stream(limit));
        let parts = Multipart::with_constraints(BodyDataStream::new(body), boundary, constraints);
        Ok(Self { parts, limit, read: 0 })
    }

    /// The next part, once the part before it was dropped; `None` after the last one.
    pub async fn next(&mut self) -> Result<Option<Part>> {
        if self.read == MOST_PARTS {
            return Err(Error::of(Kind::PayloadTooLarge, format!("the body may have at most {MOST_PARTS} parts")));
        }
        self.read += 1;
        let field = self.parts.next_field().await.map_err(|error| refusal(error, self.limit))?;
        Ok(field.map(|field| Part { field, limit: self.limit }))
    }
}

impl Part {
    /// The name of the field; empty where the client gave none.
    pub fn name(&self) -> &str {
        self.field.name().unwrap_or_default()
    }

    /// The file's own name on the client's machine, without folders; `None` for a text field.
    ///
    /// It is the client's word: show it, never open it.
    pub fn file_name(&self) -> Option<&str> {
        let name = self.field.file_name()?;
        name.rsplit(['/', '\\']).next()
    }

    /// The media type that the client says the part has.
    pub fn media_type(&self) -> Option<&str> {
        self.field.content_type().map(AsRef::as_ref)
    }

    /// The next piece; `None` at the end of the part.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.field.chunk().await.map_err(|error| refusal(error, self.limit))
    }

    /// The whole part, at most `limit` bytes: 413 for a longer one.
    pub async fn read(mut self, limit: u64) -> Result<Vec<u8>> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if (whole.len() + chunk.len()) as u64 > limit {
                let said = format!("the part `{}` may have at most {limit} bytes", self.name());
                return Err(Error::of(Kind::PayloadTooLarge, said));
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole)
    }

    /// The whole part as text, at most `limit` bytes: 422 where it is not UTF-8.
    pub async fn text(self, limit: u64) -> Result<String> {
        let name = self.name().to_owned();
        String::from_utf8(self.read(limit).await?)
            .map_err(|error| Error::unprocessable(format!("the part `{name}` must be UTF-8")).with_source(error))
    }
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

fn refusal(error: multer::Error, limit: u64) -> Error {
    match error {
        multer::Error::StreamSizeExceeded { .. } => too_large(limit),
        multer::Error::StreamReadFailed(cause) => match cause.downcast::<BodyError>() {
            Ok(error) => error.into_error(),
            Err(cause) => Error::bad_request("the body ended before it was complete").with_source(cause),
        },
        multer::Error::LockFailure => Error::internal("a part was still held while the next one was asked for"),
        other => Error::bad_request("the body is not valid multipart").with_source(other),
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    async fn parts(body: Vec<u8>) -> Result<Vec<(String, Vec<u8>)>> {
        let request = Request::post("/").header(CONTENT_TYPE, "multipart/form-data; boundary=x");
        let (head, ()) = request.body(()).unwrap().into_parts();
        let mut files = Files::of(&head, Body::of(body))?;
        let mut parts = Vec::new();
        while let Some(part) = files.next().await? {
            let name = part.name().to_owned();
            parts.push((name, part.read(u64::MAX).await?));
        }
        Ok(parts)
    }

    fn now<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
    }

    proptest::proptest! {
        /// What was sent arrives, whatever bytes it has.
        #[test]
        fn every_byte_of_a_part_arrives(sent in proptest::collection::vec(proptest::collection::vec(0_u8.., 0..200), 0..4)) {
            let mut body = Vec::new();
            for (index, bytes) in sent.iter().enumerate() {
                body.extend(format!("--x\r\ncontent-disposition: form-data; name=\"{index}\"\r\n\r\n").into_bytes());
                body.extend(bytes);
                body.extend(b"\r\n");
            }
            body.extend(b"--x--\r\n");
            // A part that holds the boundary itself is another body.
            proptest::prop_assume!(!sent.iter().any(|bytes| bytes.windows(5).any(|five| five == b"\r\n--x") || bytes.starts_with(b"--x")));
            let expected: Vec<_> = sent.into_iter().enumerate().map(|(index, bytes)| (index.to_string(), bytes)).collect();
            assert_eq!(now(parts(body)).unwrap(), expected);
        }

        /// Nonsense is refused with a status of the client's fault.
        #[test]
        fn nonsense_is_refused(body in "(--x|\r\n|-|content-disposition: form-data; name=\"a\"|[:;=\"]|\\PC){0,20}") {
            if let Err(error) = now(parts(body.into_bytes())) {
                assert!((400..500).contains(&error.status()), "{error:?}");
            }
        }
    }
}
