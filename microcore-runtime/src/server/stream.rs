//! A TCP stream that never fails on writing, so that a client's hang-up can't cut a handler in half.
//!
//! hyper drops the handler's future when the socket fails under it, which happens when the answer to a pipelined
//! request can't be written while the next handler runs. Here a failed write is remembered, later ones go nowhere, and
//! the failure comes out at the next read: when hyper asks for the next request, or a handler for its body.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

#[derive(Debug)]
pub(super) struct LastingStream {
    stream: TcpStream,
    lost: Option<io::ErrorKind>,
}

impl LastingStream {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, lost: None }
    }

    fn write_with(
        &mut self,
        length: usize,
        write: impl FnOnce(Pin<&mut TcpStream>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if self.lost.is_some() {
            return Poll::Ready(Ok(length));
        }
        Poll::Ready(Ok(ready!(write(Pin::new(&mut self.stream))).unwrap_or_else(|error| {
            self.lost = Some(error.kind());
            length
        })))
    }
}

impl AsyncRead for LastingStream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.lost {
            Some(kind) => Poll::Ready(Err(kind.into())),
            None => Pin::new(&mut self.stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for LastingStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write_with(bytes.len(), |stream| stream.poll_write(cx, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let length = parts.iter().map(|part| part.len()).sum();
        self.write_with(length, |stream| stream.poll_write_vectored(cx, parts))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write_with(0, |stream| stream.poll_flush(cx).map_ok(|()| 0)).map_ok(|_| ())
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write_with(0, |stream| stream.poll_shutdown(cx).map_ok(|()| 0)).map_ok(|_| ())
    }
}
