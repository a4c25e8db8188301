//! The end of a connection whose client is still sending. In: a stream that was shut for writing. Out: nothing more, once
//! the client has closed, or has had its chance to.
//!
//! A socket that is closed with bytes unread resets the connection, and a reset takes the answer with it where the client
//! has not read it yet: RFC 9112, 9.6. So what comes is read and thrown away, within bounds.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// How long at most, and how long in silence.
const LONGEST: Duration = Duration::from_secs(10);
const SILENCE: Duration = Duration::from_secs(2);
/// Who sends more than this does not listen.
const MOST: usize = 64 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct Linger {
    sleep: Pin<Box<Sleep>>,
    end: Instant,
    left: usize,
}

impl Linger {
    pub(super) fn begin() -> Self {
        Self { sleep: Box::pin(sleep(SILENCE)), end: Instant::now() + LONGEST, left: MOST }
    }

    /// Ready when the connection may be closed.
    pub(super) fn poll_over(&mut self, stream: &mut (impl AsyncRead + Unpin), cx: &mut Context<'_>) -> Poll<()> {
        let mut room = [0; 8 * 1024];
        loop {
            let mut buffer = ReadBuf::new(&mut room);
            let Poll::Ready(read) = Pin::new(&mut *stream).poll_read(cx, &mut buffer) else {
                return self.sleep.as_mut().poll(cx);
            };
            let taken = buffer.filled().len();
            if read.is_err() || taken == 0 || taken > self.left {
                return Poll::Ready(());
            }
            self.left -= taken;
            let now = Instant::now();
            if now >= self.end {
                return Poll::Ready(());
            }
            self.sleep.as_mut().reset(self.end.min(now + SILENCE));
        }
    }
}
