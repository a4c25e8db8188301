//! A reply whose bytes are made while it is sent.

use std::borrow::Cow;

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};

use super::reply::{Reply, Special};
use super::special::with_header;
use super::{Content, Replies, ReplyForm, Response};

/// Bytes of a media type, outside the envelope, sent as they come.
///
/// The client's pace is the stream's: the next chunk is asked for once there is room for it.
#[derive(Debug)]
pub struct Streamed {
    media_type: Cow<'static, str>,
    content: Content,
}

impl Streamed {
    /// `media_type` is the value of `content-type`. An error in the stream, of any type, ends the connection.
    pub fn new<S, B, E>(media_type: impl Into<Cow<'static, str>>, chunks: S) -> Self
    where
        S: Stream<Item = Result<B, E>> + Send + 'static,
        B: Into<Bytes>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self::of(media_type, Content::stream(chunks.map(|chunk| chunk.map(Into::into))))
    }

    pub(crate) fn of(media_type: impl Into<Cow<'static, str>>, content: Content) -> Self {
        Self { media_type: media_type.into(), content }
    }
}

impl Reply<Special> for Streamed {
    const FORM: ReplyForm = ReplyForm::Media;

    fn into_response<S: Replies>(self, status: StatusCode) -> Response {
        let mut response = Response::new(self.content);
        *response.status_mut() = status;
        if self.media_type == "text/event-stream" {
            let headers = response.headers_mut();
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            // Proxies of the nginx family hold answers back unless told not to.
            headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
        }
        with_header(response, CONTENT_TYPE, &self.media_type)
    }
}
