//! An answer whose body comes as it is read.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::stream::{BoxStream, Stream};
use http::{HeaderMap, StatusCode};

use super::FetchError;

/// The parts of a body.
pub type Chunks = BoxStream<'static, Result<Bytes, FetchError>>;

/// An answer, with whatever status, whose body comes as it is read: it is a stream of bytes.
#[non_exhaustive]
pub struct Streaming {
    /// Who gives it: host and port, for messages.
    pub service: String,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    chunks: Chunks,
}

impl Streaming {
    /// For backends.
    pub fn of(service: &str, status: StatusCode, headers: HeaderMap, chunks: Chunks) -> Self {
        Self { service: service.to_owned(), status, headers, chunks }
    }

    /// The same where the status is one of success.
    pub fn success(self) -> Result<Self, FetchError> {
        if self.status.is_success() {
            return Ok(self);
        }
        Err(FetchError::of_status(&self.service, self.status.as_u16(), String::new()))
    }
}

impl Stream for Streaming {
    type Item = Result<Bytes, FetchError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.chunks.as_mut().poll_next(cx)
    }
}

impl fmt::Debug for Streaming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Streaming")
            .field("service", &self.service)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
