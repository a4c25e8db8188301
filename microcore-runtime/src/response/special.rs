//! The replies that are not plain JSON: created, moved, nothing, other media, or a response made by hand.

use std::borrow::Cow;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, LOCATION};
use http::{HeaderValue, StatusCode};
use schemars::JsonSchema;
use serde::Serialize;

use super::reply::{Reply, Special, json, schema_of};
use super::{Replies, ReplyForm, Response, empty, failure, fill, filled};
use crate::error::Error;
use crate::manifest::ShapeOf;

/// 204: done, nothing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoContent;

impl Reply<Special> for NoContent {
    const STATUS: Option<u16> = Some(204);
    const FORM: ReplyForm = ReplyForm::Empty;

    fn into_response<S: Replies>(self, _: StatusCode) -> Response {
        empty(StatusCode::NO_CONTENT)
    }
}

/// 201 with the place of what was created.
///
/// ```
/// use microcore_runtime::response::Created;
///
/// fn registered(id: i64) -> Created<i64> {
///     Created::at(format!("/users/{id}"), id)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created<T> {
    location: String,
    value: T,
}

impl<T> Created<T> {
    /// `location` is a path or an address, already percent-encoded.
    pub fn at(location: impl Into<String>, value: T) -> Self {
        Self { location: location.into(), value }
    }
}

impl<T: Serialize + JsonSchema> Reply<Special> for Created<T> {
    const SHAPE: Option<ShapeOf> = Some(schema_of::<T>);
    const STATUS: Option<u16> = Some(201);
    const FORM: ReplyForm = ReplyForm::Created;

    fn into_response<S: Replies>(self, _: StatusCode) -> Response {
        with_header(json::<S, T>(StatusCode::CREATED, &self.value), LOCATION, &self.location)
    }
}

/// Sends the client elsewhere.
///
/// ```
/// use microcore_runtime::response::Redirect;
///
/// fn signed_in() -> Redirect {
///     Redirect::to("/account")
/// }
///
/// fn page_has_moved(name: &str) -> Redirect {
///     Redirect::permanent(format!("/pages/{name}"))
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    status: StatusCode,
    location: Cow<'static, str>,
}

impl Redirect {
    /// 303: look there, with GET.
    pub fn to(location: impl Into<Cow<'static, str>>) -> Self {
        Self { status: StatusCode::SEE_OTHER, location: location.into() }
    }

    /// 307: repeat the request there, this time.
    pub fn temporary(location: impl Into<Cow<'static, str>>) -> Self {
        Self { status: StatusCode::TEMPORARY_REDIRECT, location: location.into() }
    }

    /// 308: repeat the request there, from now on.
    pub fn permanent(location: impl Into<Cow<'static, str>>) -> Self {
        Self { status: StatusCode::PERMANENT_REDIRECT, location: location.into() }
    }
}

impl Reply<Special> for Redirect {
    const FORM: ReplyForm = ReplyForm::Redirect;

    fn into_response<S: Replies>(self, _: StatusCode) -> Response {
        with_header(empty(self.status), LOCATION, &self.location)
    }
}

/// Bytes of a media type, in no shape but their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    media_type: Cow<'static, str>,
    bytes: Bytes,
}

impl Media {
    /// `media_type` is the value of `content-type`.
    pub fn new(media_type: impl Into<Cow<'static, str>>, bytes: impl Into<Bytes>) -> Self {
        Self { media_type: media_type.into(), bytes: bytes.into() }
    }
}

impl Reply<Special> for Media {
    const FORM: ReplyForm = ReplyForm::Media;

    fn into_response<S: Replies>(self, status: StatusCode) -> Response {
        filled(|response| self.answer::<S>(status, response))
    }

    #[inline]
    fn answer<S: Replies>(self, status: StatusCode, response: &mut Response) {
        if let Some(media_type) = usual(&self.media_type) {
            return fill(response, status, media_type, self.bytes);
        }
        // Text of the program's own is not copied.
        let text = match self.media_type {
            Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
            Cow::Owned(text) => Bytes::from(text),
        };
        match HeaderValue::from_maybe_shared(text.clone()) {
            Ok(media_type) => fill(response, status, media_type, self.bytes),
            Err(error) => *response = impossible(&CONTENT_TYPE, &text, error),
        }
    }
}

/// Media types that most programs name: what they are made of was looked at when this was compiled.
fn usual(media_type: &str) -> Option<HeaderValue> {
    Some(match media_type {
        "text/plain" => const { HeaderValue::from_static("text/plain") },
        "text/plain; charset=utf-8" => const { HeaderValue::from_static("text/plain; charset=utf-8") },
        "text/html; charset=utf-8" => const { HeaderValue::from_static("text/html; charset=utf-8") },
        "application/json" => const { HeaderValue::from_static("application/json") },
        "application/octet-stream" => const { HeaderValue::from_static("application/octet-stream") },
        _ => return None,
    })
}

/// Exactly as made.
impl Reply<Special> for Response {
    const FORM: ReplyForm = ReplyForm::Response;

    fn into_response<S: Replies>(self, _: StatusCode) -> Response {
        self
    }
}

/// A value with a line break or the like would be a header of an attacker's: it is our fault, not the client's.
pub(super) fn with_header(mut response: Response, name: HeaderName, value: &str) -> Response {
    match HeaderValue::from_str(value) {
        Ok(value) => {
            // Where making the response failed already, that failure is the answer.
            if !response.status().is_server_error() {
                response.headers_mut().insert(name, value);
            }
            response
        }
        Err(error) => impossible(&name, value.as_bytes(), error),
    }
}

fn impossible(name: &HeaderName, value: &[u8], error: impl std::error::Error + Send + Sync + 'static) -> Response {
    let value = String::from_utf8_lossy(value);
    failure(Error::internal(format!("`{value:?}` can't be the header {name}")).with_source(error))
}
