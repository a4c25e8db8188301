//! The body of a request, not read yet, with the limit that its server sets.
//!
//! In: hyper's stream, or bytes for a test. Out: the whole body, or why it can't be had.
//! The limit travels inside the body: no static, no look-up, and two servers in one process keep their own.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming, SizeHint};

use crate::error::{Error, Kind, Result};

/// The body of a request, not read yet.
#[derive(Debug)]
pub struct Body {
    source: Source,
    limit: u64,
}

#[derive(Debug)]
enum Source {
    Socket(Incoming),
    Memory(Option<Bytes>),
}

impl Body {
    /// What arrives on a socket, to be read up to `limit` bytes.
    pub fn arriving(incoming: Incoming, limit: u64) -> Self {
        Self { source: Source::Socket(incoming), limit }
    }

    /// These bytes, without a limit: for tests that call an application in memory.
    pub fn of(bytes: impl Into<Bytes>) -> Self {
        Self { source: Source::Memory(Some(bytes.into())), limit: u64::MAX }
    }

    /// The most that [`Body::read`] accepts, in bytes.
    pub fn limit(&self) -> u64 {
        self.limit
    }

    /// The whole body. 413 as soon as it is known to be over the limit: by its announced length, or while it arrives.
    pub async fn read(mut self) -> Result<Bytes> {
        if hyper::body::Body::size_hint(&self).lower() > self.limit {
            return Err(self.too_large());
        }
        let Some(first) = self.chunk().await? else { return Ok(Bytes::new()) };
        let Some(second) = self.chunk().await? else { return self.within(first) };
        // Most bodies are one chunk and are not copied; the others are joined here.
        let mut whole = BytesMut::with_capacity(first.len() + second.len());
        whole.extend_from_slice(&first);
        let mut next = Some(second);
        while let Some(chunk) = next {
            if (whole.len() + chunk.len()) as u64 > self.limit {
                return Err(self.too_large());
            }
            whole.extend_from_slice(&chunk);
            next = self.chunk().await?;
        }
        self.within(whole.freeze())
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>> {
        while let Some(frame) = self.frame().await {
            let frame = frame
                .map_err(|error| Error::bad_request("the body ended before it was complete").with_source(error))?;
            // Anything else is trailers, which nobody asks for.
            if let Ok(data) = frame.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }

    fn within(&self, whole: Bytes) -> Result<Bytes> {
        if whole.len() as u64 > self.limit { Err(self.too_large()) } else { Ok(whole) }
    }

    fn too_large(&self) -> Error {
        Error::of(Kind::PayloadTooLarge, format!("the body may have at most {} bytes", self.limit))
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.source {
            Source::Socket(incoming) => Pin::new(incoming).poll_frame(cx),
            Source::Memory(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Socket(incoming) => incoming.is_end_stream(),
            Source::Memory(bytes) => bytes.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Socket(incoming) => incoming.size_hint(),
            Source::Memory(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
        }
    }
}
