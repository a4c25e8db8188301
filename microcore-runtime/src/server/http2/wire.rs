//! The stream below an HTTP/2 connection, which sees what comes and goes: hyper does not tell which answers a client
//! takes.

use std::collections::BTreeSet;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::frames::{DATA, END_STREAM, Frame, Frames, HEADERS, RST_STREAM};
use super::turns::Turns;

/// `PRI * HTTP/2.0`, and what belongs to it: RFC 9113, 3.4.
const PREFACE: usize = 24;

#[derive(Debug)]
pub(super) struct Wire<S> {
    stream: S,
    turns: Arc<Turns>,
    read: Frames,
    written: Frames,
    /// Opened by the client, and not over.
    open: BTreeSet<u32>,
    /// Ids only grow: another head with an old one is a trailer.
    newest: u32,
}

impl<S> Wire<S> {
    pub(super) fn new(stream: S, turns: Arc<Turns>) -> Self {
        let (read, written) = (Frames::after(PREFACE), Frames::after(0));
        Self { stream, turns, read, written, open: BTreeSet::new(), newest: 0 }
    }

    fn arrived(&mut self, bytes: &[u8]) {
        let (open, newest, turns) = (&mut self.open, &mut self.newest, &self.turns);
        self.read.see(bytes, |Frame { kind, stream, .. }| match kind {
            HEADERS if stream > *newest => {
                *newest = stream;
                open.insert(stream);
                turns.opens();
            }
            RST_STREAM => drop(open.remove(&stream)),
            _ => {}
        });
        self.turns.set_open(self.open.len());
    }

    fn left(&mut self, bytes: &[u8]) {
        let open = &mut self.open;
        let mut ended = false;
        let content = self.written.see(bytes, |Frame { kind, flags, stream }| {
            let is_last = matches!(kind, DATA | HEADERS) && flags & END_STREAM != 0;
            ended |= (is_last || kind == RST_STREAM) && open.remove(&stream);
        });
        if content || ended {
            self.turns.takes();
        }
        self.turns.set_open(self.open.len());
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        self.arrived(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.left(&bytes[..written]);
        Poll::Ready(Ok(written))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, parts))?;
        let mut left = written;
        for part in parts {
            let taken = left.min(part.len());
            self.left(&part[..taken]);
            left -= taken;
        }
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
