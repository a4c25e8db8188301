//! A reply with the version of what it tells. In: a version and a reply. Out: the reply with its `etag`, or 304 to a client
//! that has that version: the server compares.

use http::header::{CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH};
use http::{Method, StatusCode};

use super::reply::Reply;
use super::special::with_header;
use super::with::Dressed;
use super::{Content, Replies, ReplyForm, Response, failure};
use crate::error::{Error, Kind};
use crate::manifest::ShapeOf;
use crate::request::{Head, Tags, Version};

/// A reply that has a version: its `etag`.
///
/// GET and HEAD are answered with 304 where `if-none-match` names that version, and with 412 where `if-match` names others
/// only. For a change, the handler asks [`Version::must_match`] before it changes anything.
///
/// ```
/// use http::HeaderMap;
/// use microcore_runtime::error::Result;
/// use microcore_runtime::request::Version;
/// use microcore_runtime::response::Versioned;
///
/// fn article(changes: u32, text: String) -> Versioned<String> {
///     Versioned::new(Version::new(changes), text)
/// }
///
/// fn rewrite(changes: u32, text: String, headers: &HeaderMap) -> Result<Versioned<String>> {
///     // 412 where the client has read another version than this one.
///     Version::new(changes).must_match(headers)?;
///     Ok(article(changes + 1, text))
/// }
/// ```
#[derive(Debug)]
pub struct Versioned<T> {
    version: Version,
    value: T,
}

impl<T> Versioned<T> {
    /// The reply, and the version of what it tells.
    pub fn new(version: Version, value: T) -> Self {
        Self { version, value }
    }
}

impl<Kind, T: Reply<Kind>> Reply<Dressed<Kind>> for Versioned<T> {
    const SHAPE: Option<ShapeOf> = T::SHAPE;
    const STATUS: Option<u16> = T::STATUS;
    const FORM: ReplyForm = T::FORM;
    const VERSIONED: bool = true;

    fn into_response<S: Replies>(self, status: StatusCode) -> Response {
        let response = self.value.into_response::<S>(status);
        // A failure has no version.
        if !response.status().is_success() {
            return response;
        }
        with_header(response, ETAG, &self.version.to_string()).map(Content::versioned)
    }
}

/// What the client needs of an answer that has a version: RFC 9110, 13.2.2.
pub(crate) fn compare(head: &Head, response: &mut Response) {
    let is_read = matches!(head.method, Method::GET | Method::HEAD);
    if !is_read || response.status() != StatusCode::OK {
        return;
    }
    let Some(text) = response.headers().get(ETAG).and_then(|tag| tag.to_str().ok()) else { return };
    let (is_weak, quoted) = text.strip_prefix("W/").map_or((false, text), |quoted| (true, quoted));
    let tag = quoted.trim_matches('"');
    if Tags::of(&head.headers, &IF_MATCH).is_some_and(|tags| !tags.name_strictly(tag, is_weak)) {
        *response = failure(Error::of(Kind::PreconditionFailed, "there is another version than the request is about"));
    } else if Tags::of(&head.headers, &IF_NONE_MATCH).is_some_and(|tags| tags.name(tag)) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Content::default();
        response.headers_mut().remove(CONTENT_TYPE);
    }
}
