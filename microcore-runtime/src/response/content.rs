//! The body of a response: bytes that are there, or bytes that come.

use std::fmt;
use std::io;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream};
use hyper::body::{Body, Frame, SizeHint};

/// The most bytes that are handed on at a time: they are copied behind their head, into room that the connection keeps.
pub(crate) const LONGEST_PART: usize = 32 * 1024;

/// The body of a response.
#[derive(Default)]
pub struct Content {
    source: Source,
    mark: Mark,
}

/// What is known of an answer beside its bytes. In here and not in the response's extensions, because those allocate a map.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Mark {
    #[default]
    None,
    /// No route has the path.
    Unrouted,
    /// It is of the system pages.
    Private,
    /// It has a version that the client may know.
    Versioned,
}

#[derive(Default)]
enum Source {
    #[default]
    Empty,
    Whole(Bytes),
    Stream {
        chunks: Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>,
        /// What is left of the last chunk.
        rest: Bytes,
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
        Self::from_source(Source::Stream { chunks, rest: Bytes::new(), left: None })
    }

    /// The same where the number of bytes is known.
    pub(crate) fn sized(chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static, length: u64) -> Self {
        Self::from_source(Source::Stream { chunks: Box::pin(chunks), rest: Bytes::new(), left: Some(length) })
    }

    fn from_source(source: Source) -> Self {
        Self { source, mark: Mark::None }
    }

    /// The same, as what answers a path that no route has.
    pub(crate) fn unrouted(self) -> Self {
        Self { mark: Mark::Unrouted, ..self }
    }

    /// The same, as what no page of another site may read and nothing compresses.
    pub(crate) fn private(self) -> Self {
        Self { mark: Mark::Private, ..self }
    }

    #[inline]
    pub(crate) fn is_private(&self) -> bool {
        self.mark == Mark::Private
    }

    /// The same, as what has a version that the client may know.
    pub(crate) fn versioned(self) -> Self {
        Self { mark: Mark::Versioned, ..self }
    }

    #[inline]
    pub(crate) fn is_versioned(&self) -> bool {
        self.mark == Mark::Versioned
    }

    #[inline]
    pub(crate) fn is_unrouted(&self) -> bool {
        self.mark == Mark::Unrouted
    }
}

impl Content {
    pub(super) fn is_empty(&self) -> bool {
        matches!(self.source, Source::Empty)
    }

    /// Whether it is made while it is sent, by whoever must hear that nobody listens.
    #[inline]
    pub(crate) fn streams(&self) -> bool {
        matches!(self.source, Source::Stream { .. })
    }

    /// Whether the bytes are yet to come, however many.
    pub(crate) fn is_flowing(&self) -> bool {
        matches!(self.source, Source::Stream { .. })
    }

    /// Tells `end` how many bytes were handed on, once there are no more or nobody wants them. Of a stream only.
    pub(crate) fn count(&mut self, end: impl FnOnce(u64) + Send + 'static) {
        if let Source::Stream { chunks, .. } = &mut self.source {
            let empty: Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>> = Box::pin(stream::empty());
            let mut counted = Counted { sent: 0, end: Some(end) };
            *chunks = Box::pin(mem::replace(chunks, empty).inspect(move |chunk| {
                counted.add(chunk.as_ref().map_or(0, |chunk| chunk.len() as u64));
            }));
        }
    }

    /// The bytes, where they are there already.
    pub(crate) fn whole(&self) -> Option<&Bytes> {
        match &self.source {
            Source::Whole(bytes) => Some(bytes),
            Source::Empty | Source::Stream { .. } => None,
        }
    }
}

/// How many bytes a stream has had so far; told when it is dropped, which every stream is.
struct Counted<F: FnOnce(u64)> {
    sent: u64,
    end: Option<F>,
}

impl<F: FnOnce(u64)> Counted<F> {
    fn add(&mut self, bytes: u64) {
        self.sent += bytes;
    }
}

impl<F: FnOnce(u64)> Drop for Counted<F> {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            end(self.sent);
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
            Source::Whole(bytes) if bytes.len() > LONGEST_PART => {
                Poll::Ready(Some(Ok(Frame::data(bytes.split_to(LONGEST_PART)))))
            }
            Source::Whole(_) => match mem::take(&mut self.source) {
                Source::Whole(bytes) => Poll::Ready(Some(Ok(Frame::data(bytes)))),
                Source::Empty | Source::Stream { .. } => Poll::Ready(None),
            },
            Source::Stream { chunks, rest, left } => {
                if rest.is_empty() {
                    match ready!(chunks.as_mut().poll_next(cx)) {
                        Some(Ok(chunk)) => *rest = chunk,
                        Some(Err(error)) => {
                            tracing::warn!("a streamed body broke off: {error}");
                            return Poll::Ready(Some(Err(error)));
                        }
                        None => return Poll::Ready(None),
                    }
                }
                let part = rest.split_to(rest.len().min(LONGEST_PART));
                if let Some(left) = left {
                    *left = left.saturating_sub(part.len() as u64);
                }
                Poll::Ready(Some(Ok(Frame::data(part))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Empty => true,
            Source::Whole(_) => false,
            Source::Stream { rest, left, .. } => rest.is_empty() && *left == Some(0),
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

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use http_body_util::BodyExt;

    use super::*;

    /// The lengths of what comes, and whether the end was known with the last of it.
    async fn parts(content: Content) -> (Vec<usize>, bool) {
        let mut content = pin!(content);
        let mut lengths = Vec::new();
        let mut known = content.is_end_stream();
        while let Some(frame) = content.frame().await {
            lengths.push(frame.unwrap().into_data().unwrap().len());
            known = content.is_end_stream();
        }
        (lengths, known)
    }

    #[tokio::test]
    async fn large_bodies_come_in_parts_and_whole() {
        let large = || Bytes::from(vec![7; 2 * LONGEST_PART + 1]);
        let split = vec![LONGEST_PART, LONGEST_PART, 1];
        let chunks = || stream::iter([Ok(large()), Ok(Bytes::from_static(b"end"))]);
        assert_eq!(parts(Content::from(large())).await, (split.clone(), true));
        let with_end = [split, vec![3]].concat();
        assert_eq!(parts(Content::sized(chunks(), 2 * LONGEST_PART as u64 + 4)).await, (with_end.clone(), true));
        assert_eq!(parts(Content::stream::<_, io::Error>(chunks())).await, (with_end, false));
        assert_eq!(parts(Content::from("small")).await, (vec![5], true));
        assert_eq!(parts(Content::default()).await, (vec![], true));
    }
}
