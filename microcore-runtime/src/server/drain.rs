//! The end of a server: the intake is closed, requests in flight finish, and a deadline cuts what does not.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::request::Head;

/// A task that is cut ends at its next await; one that blocks its thread is not waited for longer than this.
const LAST_WAIT: Duration = Duration::from_millis(200);

thread_local! {
    /// Whether this thread drops a connection whose time is over.
    static CUTTING: Cell<bool> = const { Cell::new(false) };
}

/// The end of a connection whose time is over: what it drops on its way out is named in the log. Made before the
/// connection, so that it is dropped after it.
#[derive(Debug, Default)]
pub(super) struct Cut {
    has_begun: Cell<bool>,
}

impl Cut {
    /// The connection is dropped next.
    pub(super) fn begins(&self) {
        self.has_begun.set(true);
        CUTTING.set(true);
    }
}

impl Drop for Cut {
    fn drop(&mut self) {
        if self.has_begun.get() {
            CUTTING.set(false);
        }
    }
}

/// A request is dropped: where that is a cut, its handler was at work, and the log says which.
#[inline]
pub(super) fn dropped(head: &Head) {
    if CUTTING.get() {
        named(head);
    }
}

#[cold]
fn named(head: &Head) {
    tracing::warn!(method = %head.method, path = head.uri.path(), "a request was cut: its handler did not end in time");
}

/// How the end of a server went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrainReport {
    /// Connections that were open when the stop came.
    pub open: usize,
    /// Of those, how many had a request that did not finish in time and was cut.
    pub cut: usize,
}

/// All connections of one server.
#[derive(Debug)]
pub(super) struct Intake {
    /// Asks for the end.
    stop: CancellationToken,
    /// Tells the connections, once `closed` says it too.
    close: CancellationToken,
    closed: Arc<AtomicBool>,
    cut: CancellationToken,
    connections: TaskTracker,
}

/// What one connection hears of the end.
#[derive(Debug)]
pub(super) struct Closing {
    close: CancellationToken,
    closed: Arc<AtomicBool>,
    cut: CancellationToken,
}

impl Closing {
    /// What `work` comes to, or `None` where the intake is closed before that: finish what was begun.
    ///
    /// A connection is polled whenever bytes come. The token is asked at the first time, which makes it wake the task,
    /// and then only where it has something to say: to ask it takes a lock.
    pub(super) async fn before<F: Future>(&self, mut work: Pin<&mut F>) -> Option<F::Output> {
        let mut begins = pin!(self.close.cancelled());
        let mut waits = false;
        poll_fn(|cx| {
            if let Poll::Ready(output) = work.as_mut().poll(cx) {
                return Poll::Ready(Some(output));
            }
            if waits && !self.closed.load(Ordering::Acquire) {
                return Poll::Pending;
            }
            waits = true;
            begins.as_mut().poll(cx).map(|()| None)
        })
        .await
    }

    /// The deadline has passed.
    pub(super) async fn ends(&self) {
        self.cut.cancelled().await;
    }
}

impl Intake {
    pub(super) fn new(stop: CancellationToken) -> Self {
        Self {
            stop,
            close: CancellationToken::new(),
            closed: Arc::default(),
            cut: CancellationToken::new(),
            connections: TaskTracker::new(),
        }
    }

    /// Where to run what must be waited for at the end.
    pub(super) fn tasks(&self) -> TaskTracker {
        self.connections.clone()
    }

    pub(super) fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    pub(super) fn closing(&self) -> Closing {
        Closing { close: self.close.clone(), closed: self.closed.clone(), cut: self.cut.clone() }
    }

    /// Runs a connection as a task of its own.
    pub(super) fn track(&self, connection: impl Future<Output = ()> + Send + 'static) {
        self.connections.spawn(connection);
    }

    /// Waits for the connections to end, at most until the deadline.
    pub(super) async fn drain(&self, deadline: Duration) -> DrainReport {
        self.connections.close();
        let open = self.connections.len();
        self.close();
        if timeout(deadline, self.connections.wait()).await.is_ok() {
            return DrainReport { open, cut: 0 };
        }
        let cut = self.connections.len();
        tracing::warn!(cut, ?deadline, "requests were cut: they did not finish before the deadline");
        self.cut.cancel();
        if timeout(LAST_WAIT, self.connections.wait()).await.is_err() {
            let left = self.connections.len();
            tracing::error!(left, "handlers can't be cut: they block their thread, or run on by themselves");
        }
        DrainReport { open, cut }
    }

    fn close(&self) {
        // First the flag: who is woken by the token looks at it.
        self.closed.store(true, Ordering::Release);
        self.close.cancel();
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        self.close();
    }
}
