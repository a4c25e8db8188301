//! The body of a request, not read yet, with the limits that its server sets.
//!
//! In: hyper's stream, or bytes for a test. Out: the whole body, or its pieces, or why it can't be had.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec::IntoIter;

use bytes::{Bytes, BytesMut};
use http::header::EXPECT;
use http_body_util::BodyExt;
use hyper::body::{Body as _, Frame, Incoming, SizeHint};

use super::patience::Patience;
use super::{Head, Limits, Rest};
use crate::error::{Error, Kind, Result};

/// The body of a request, not read yet.
///
/// Three words, because it is moved from step to step and most requests have none.
#[derive(Debug)]
pub struct Body {
    source: Source,
    limits: &'static Limits,
}

#[derive(Debug)]
enum Source {
    Empty,
    Socket(Box<Arriving>),
    Memory(Box<IntoIter<Bytes>>),
}

#[derive(Debug)]
struct Arriving {
    /// There until this is dropped.
    incoming: Option<Incoming>,
    patience: Patience,
    /// Where the connection hears of what is left of it.
    rest: Option<Rest>,
    has_ended: bool,
    /// Whether its client sends it: one that says `expect: 100-continue` waits until somebody asks for it.
    is_asked_for: bool,
}

impl Arriving {
    fn is_end_stream(&self) -> bool {
        self.has_ended || self.incoming.as_ref().is_none_or(Incoming::is_end_stream)
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        let Some(rest) = self.rest.take() else { return };
        if self.is_end_stream() {
            rest.end();
        } else if let Some(incoming) = self.incoming.take() {
            rest.leave(incoming, self.is_asked_for);
        }
    }
}

/// Why a body did not arrive whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// The client left, or sent what is no body.
    #[error("the body ended before it was complete")]
    Broken(#[source] hyper::Error),
    /// The client sends too slowly.
    #[error("the body took too long to arrive")]
    Slow,
}

impl BodyError {
    /// 400 or 408.
    pub(super) fn into_error(self) -> Error {
        let kind = if matches!(self, Self::Slow) { Kind::RequestTimeout } else { Kind::BadRequest };
        Error::of(kind, self.to_string()).with_source(self)
    }
}

impl Body {
    /// What arrives on a socket, to be read within `limits`.
    #[inline]
    pub fn arriving(incoming: Incoming, limits: &'static Limits) -> Self {
        let source = if incoming.is_end_stream() {
            Source::Empty
        } else {
            Source::Socket(Box::new(Arriving {
                incoming: Some(incoming),
                patience: Patience::default(),
                rest: None,
                has_ended: false,
                is_asked_for: true,
            }))
        };
        Self { source, limits }
    }

    /// The same, where its connection must hear what becomes of it.
    #[cold]
    pub(crate) fn told_to(mut self, rest: &Rest, head: &Head) -> Self {
        if let Source::Socket(arriving) = &mut self.source {
            rest.begin();
            arriving.rest = Some(rest.clone());
            arriving.is_asked_for = !head.headers.contains_key(EXPECT);
        }
        self
    }

    /// Whether the request has none.
    #[inline]
    pub(crate) fn is_none(&self) -> bool {
        matches!(self.source, Source::Empty)
    }

    /// These bytes, without a limit: for tests that call an application in memory.
    pub fn of(bytes: impl Into<Bytes>) -> Self {
        Self::of_pieces([bytes.into()])
    }

    /// The same, arriving in these pieces.
    pub fn of_pieces(pieces: impl IntoIterator<Item = Bytes>) -> Self {
        let pieces: Vec<Bytes> = pieces.into_iter().filter(|piece| !piece.is_empty()).collect();
        let source = if pieces.is_empty() { Source::Empty } else { Source::Memory(Box::new(pieces.into_iter())) };
        Self { source, limits: &Limits::NONE }
    }

    /// With other limits.
    #[cfg(test)]
    pub(super) fn within(self, limits: &'static Limits) -> Self {
        Self { limits, ..self }
    }

    /// What may be read of it.
    pub fn limits(&self) -> Limits {
        *self.limits
    }

    /// The whole body. 413 as soon as it is known to be over the limit: by its announced length, or while it arrives.
    pub async fn read(mut self) -> Result<Bytes> {
        if hyper::body::Body::size_hint(&self).lower() > self.limits.body {
            return Err(self.too_large());
        }
        let Some(first) = self.chunk().await? else { return Ok(Bytes::new()) };
        // Most bodies are one chunk, and are not copied.
        match self.chunk().await? {
            None => self.bounded(first),
            Some(second) => Box::pin(self.join(&first, second)).await,
        }
    }

    /// Those of many chunks, which become one piece.
    async fn join(mut self, first: &[u8], second: Bytes) -> Result<Bytes> {
        let mut whole = BytesMut::with_capacity(first.len() + second.len());
        whole.extend_from_slice(first);
        let mut next = Some(second);
        while let Some(chunk) = next {
            if (whole.len() + chunk.len()) as u64 > self.limits.body {
                return Err(self.too_large());
            }
            whole.extend_from_slice(&chunk);
            next = self.chunk().await?;
        }
        self.bounded(whole.freeze())
    }

    async fn chunk(&mut self) -> Result<Option<Bytes>> {
        while let Some(frame) = self.frame().await {
            // Anything but data is trailers, which nobody asks for.
            if let Ok(data) = frame.map_err(BodyError::into_error)?.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }

    fn bounded(&self, whole: Bytes) -> Result<Bytes> {
        if whole.len() as u64 > self.limits.body { Err(self.too_large()) } else { Ok(whole) }
    }

    fn too_large(&self) -> Error {
        too_large(self.limits.body)
    }
}

/// 413.
pub(super) fn too_large(limit: u64) -> Error {
    Error::of(Kind::PayloadTooLarge, format!("the body may have at most {limit} bytes"))
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        let Arriving { incoming: Some(incoming), patience, has_ended, is_asked_for, .. } = (match &mut this.source {
            Source::Empty => return Poll::Ready(None),
            Source::Socket(arriving) => &mut **arriving,
            Source::Memory(pieces) => {
                let piece = pieces.next().unwrap_or_default();
                if pieces.len() == 0 {
                    this.source = Source::Empty;
                }
                return Poll::Ready(Some(Ok(Frame::data(piece))));
            }
        }) else {
            return Poll::Ready(None);
        };
        *is_asked_for = true;
        let Poll::Ready(frame) = Pin::new(incoming).poll_frame(cx) else {
            ready!(patience.poll_lost(this.limits.wait, cx));
            return Poll::Ready(Some(Err(BodyError::Slow)));
        };
        if let Some(Ok(frame)) = &frame {
            patience.received(frame.data_ref().map_or(0, Bytes::len), this.limits.wait);
        }
        *has_ended |= frame.is_none();
        Poll::Ready(frame.map(|frame| frame.map_err(BodyError::Broken)))
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Empty => true,
            Source::Socket(arriving) => arriving.is_end_stream(),
            Source::Memory(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.source {
            Source::Empty => SizeHint::with_exact(0),
            Source::Socket(arriving) => arriving.incoming.as_ref().map_or_else(SizeHint::default, Incoming::size_hint),
            Source::Memory(pieces) => {
                SizeHint::with_exact(pieces.as_slice().iter().map(|piece| piece.len() as u64).sum())
            }
        }
    }
}
