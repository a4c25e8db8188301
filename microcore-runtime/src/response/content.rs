//! The body of a response: bytes that are there, or bytes that come.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use hyper::body::{Body, Frame, SizeHint};

/// The body of a response.
#[derive(Default)]
pub struct Content {
    source: Source,
    is_unrouted: bool,
}

#[derive(Default)]
enum Source {
    #[default]
    Empty,
    Whole(Bytes),
    Stream {
        chunks: Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>,
        /// What is left of a length that was announced.
        left: Option<u64>,
    },
}

impl Content {
    /// Bytes that come one after the other; their number is not known.
    ///
    /// An error ends the connection, so that the client sees that something is missing.
    pub fn stream<S, E>(chunks: S) -> Self
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let chunks = Box::pin(chunks.map(|chunk| chunk.map_err(io::Error::other)));
        Self::from_source(Source::Stream { chunks, left: None })
    }

    /// The same where the number of bytes is known.
    pub(crate) fn sized(chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static, length: u64) -> Self {
        Self::from_source(Source::Stream { chunks: Box::pin(chunks), left: Some(length) })
    }

    fn from_source(source: Source) -> Self {
        Self { source, is_unrouted: false }
    }

    /// The same, as what answers a path that no route has.
    ///
    /// A mark in here and not in the response's extensions, because those allocate a map.
    pub(crate) fn unrouted(self) -> Self {
        Self { is_unrouted: true, ..self }
    }

    #[inline]
    pub(crate) fn is_unrouted(&self) -> bool {
        self.is_unrouted
    }
}

impl Content {
    /// Whether nobody knows when it ends.
    pub(crate) fn streams(&self) -> bool {
        matches!(self.source, Source::Stream { left: None, .. })
    }

    /// The bytes, where they are there already.
    pub(crate) fn whole(&self) -> Option<&Bytes> {
        match &self.source {
            Source::Whole(bytes) => Some(bytes),
            Source::Empty | Source::Stream { .. } => None,
        }
    }
}

impl<B: Into<Bytes>> From<B> for Content {
    fn from(bytes: B) -> Self {
        let bytes = bytes.into();
        Self::from_source(if bytes.is_empty() { Source::Empty } else { Source::Whole(bytes) })
    }
}

impl Body for Content {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match &mut self.source {
            Source::Empty => Poll::Ready(None),
            Source::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                self.source = Source::Empty;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Source::Stream { chunks, left } => chunks.as_mut().poll_next(cx).map(|next| {
                let chunk = next?.inspect_err(|error| tracing::warn!("a streamed body broke off: {error}"));
                if let (Ok(chunk), Some(left)) = (&chunk, left) {
                    *left = left.saturating_sub(chunk.len() as u64);
                }
                Some(chunk.map(Frame::data))
            }),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Empty => true,
            Source::Whole(_) => false,
            Source::Stream { left, .. } => *left == Some(0),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Empty => SizeHint::with_exact(0),
            Source::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Source::Stream { left, .. } => left.map_or_else(SizeHint::default, SizeHint::with_exact),
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.size_hint();
        f.debug_struct("Content").field("bytes", &size.exact()).finish_non_exhaustive()
    }
}
