//! The server's end of a stream of events: what goes into the body. In: the queue of lines. Out: chunks, with a comment
//! where nothing was said for a while, until the handler ends or the server stops.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::Stream;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, Interval, interval_at};
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::Lasting;

pub(super) struct EventLines {
    first: Option<Bytes>,
    lines: Receiver<Bytes>,
    last: Option<Bytes>,
    heartbeat: Option<Interval>,
    stopping: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

impl EventLines {
    /// `first` was taken out of the queue already, `last` comes after all that is in it.
    pub(super) fn of(first: Option<Bytes>, lines: Receiver<Bytes>, last: Option<Bytes>, lasting: &Lasting) -> Self {
        let period = lasting.heartbeat;
        let heartbeat = (!period.is_zero()).then(|| interval_at(Instant::now() + period, period));
        Self { first, lines, last, heartbeat, stopping: Some(Box::pin(lasting.stopping())) }
    }
}

impl Stream for EventLines {
    type Item = Result<Bytes, Infallible>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Some(first) = this.first.take() {
            return Poll::Ready(Some(Ok(first)));
        }
        if this.stopping.as_mut().is_some_and(|stopping| stopping.as_mut().poll(cx).is_ready()) {
            this.stopping = None;
            // What is queued still goes out; the handler hears of the end.
            this.lines.close();
        }
        match this.lines.poll_recv(cx) {
            Poll::Ready(Some(line)) => {
                if let Some(heartbeat) = &mut this.heartbeat {
                    heartbeat.reset();
                }
                Poll::Ready(Some(Ok(line)))
            }
            Poll::Ready(None) => Poll::Ready(this.last.take().map(Ok)),
            Poll::Pending => match &mut this.heartbeat {
                Some(heartbeat) => heartbeat.poll_tick(cx).map(|_| Some(Ok(Bytes::from_static(b":\n\n")))),
                None => Poll::Pending,
            },
        }
    }
}
