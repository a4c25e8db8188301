//! A stream that never fails on writing, so that a client's hang-up can't cut a handler in half; and that ends where its
//! client is too slow.
//!
//! hyper drops the handler's future when the socket fails under it, which happens when the answer to a pipelined
//! request can't be written while the next handler runs. Here a failed write is remembered, later ones go nowhere, and
//! the failure comes out at the next read: when hyper asks for the next request, or a handler for its body.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;

use super::linger::Linger;
use super::pace::{Ended, Pace};

/// What a connection runs on.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin {
    /// Writes what there is room for at once, and asks nobody to wake the task; `WouldBlock` where there is none.
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize>;
}

impl Stream for TcpStream {
    #[inline]
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        TcpStream::try_write(self, bytes)
    }
}

#[cfg(feature = "tls")]
impl Stream for tokio_rustls::server::TlsStream<TcpStream> {
    /// What is encrypted must be kept until it is out.
    fn try_write(&self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}

#[derive(Debug)]
pub(super) struct LastingStream<S> {
    stream: S,
    pace: Pace,
    lost: Option<io::ErrorKind>,
    /// Once this side is closed and the other may not be.
    linger: Option<Box<Linger>>,
    /// Held here, because a socket outlives its connection.
    _seat: OwnedSemaphorePermit,
}

impl<S: Stream> LastingStream<S> {
    pub(super) fn new(stream: S, pace: Pace, seat: OwnedSemaphorePermit) -> Self {
        Self { stream, pace, lost: None, linger: None, _seat: seat }
    }

    fn write_with(
        &mut self,
        cx: &mut Context<'_>,
        length: usize,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if let Some(kind) = self.lost {
            return Poll::Ready(self.failed(kind, length));
        }
        match write(Pin::new(&mut self.stream), cx) {
            Poll::Ready(Ok(written)) => {
                self.pace.left();
                Poll::Ready(Ok(written))
            }
            Poll::Ready(Err(error)) => {
                self.lost = Some(error.kind());
                Poll::Ready(self.failed(error.kind(), length))
            }
            Poll::Pending => self.pace.poll_write(cx).map(|_| {
                self.lost = Some(io::ErrorKind::TimedOut);
                self.failed(io::ErrorKind::TimedOut, length)
            }),
        }
    }

    /// Who streams an answer or holds a socket must hear of it: it would go on for nobody.
    fn failed(&self, kind: io::ErrorKind, length: usize) -> io::Result<usize> {
        if self.pace.is_sending() { Err(kind.into()) } else { Ok(length) }
    }
}

impl<S: Stream> AsyncRead for LastingStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if let Some(kind) = this.lost {
            return Poll::Ready(Err(kind.into()));
        }
        match Pin::new(&mut this.stream).poll_read(cx, buffer) {
            Poll::Ready(read) => {
                this.pace.arrived();
                Poll::Ready(read)
            }
            Poll::Pending => this.pace.poll_read(cx).map(|ended| match ended {
                // As if the client had closed: nothing was begun.
                Ended::Idle => Ok(()),
                Ended::Slow => {
                    this.lost = Some(io::ErrorKind::TimedOut);
                    Err(io::ErrorKind::TimedOut.into())
                }
            }),
        }
    }
}

impl<S: Stream> AsyncWrite for LastingStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write_with(cx, bytes.len(), |stream, cx| match stream.try_write(bytes) {
            // There nearly always is room, and then nobody has to be woken.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => stream.poll_write(cx, bytes),
            written => Poll::Ready(written),
        })
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length = parts.iter().map(|part| part.len()).sum();
        self.write_with(cx, length, |stream, cx| stream.poll_write_vectored(cx, parts))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write_with(cx, 0, |stream, cx| stream.poll_flush(cx).map_ok(|()| 0)).map_ok(|_| ())
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.linger.is_none() {
            ready!(this.write_with(cx, 0, |stream, cx| stream.poll_shutdown(cx).map_ok(|()| 0)))?;
            if this.lost.is_some() || !this.pace.leaves_rest() {
                return Poll::Ready(Ok(()));
            }
        }
        let linger = this.linger.get_or_insert_with(|| Box::new(Linger::begin()));
        linger.poll_over(&mut this.stream, cx).map(Ok)
    }
}
