//! The end of a server: the intake is closed, requests in flight finish, and a deadline cuts what does not.

use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A task that is cut ends at its next await; one that blocks its thread is not waited for longer than this.
const LAST_WAIT: Duration = Duration::from_millis(200);

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
    stop: CancellationToken,
    cut: CancellationToken,
    connections: TaskTracker,
}

/// What one connection hears of the end.
#[derive(Debug)]
pub(super) struct Closing {
    // A child each: a connection looks at it whenever it is polled, and a shared one would be a lock shared by all.
    stop: CancellationToken,
    cut: CancellationToken,
}

impl Closing {
    /// The intake was closed: finish what was begun.
    pub(super) async fn begins(&self) {
        self.stop.cancelled().await;
    }

    /// The deadline has passed.
    pub(super) async fn ends(&self) {
        self.cut.cancelled().await;
    }
}

impl Intake {
    pub(super) fn new(stop: CancellationToken) -> Self {
        Self { stop, cut: CancellationToken::new(), connections: TaskTracker::new() }
    }

    /// Where to run what must be waited for at the end.
    pub(super) fn tasks(&self) -> TaskTracker {
        self.connections.clone()
    }

    pub(super) fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    pub(super) fn closing(&self) -> Closing {
        Closing { stop: self.stop.child_token(), cut: self.cut.clone() }
    }

    /// Runs a connection as a task of its own.
    pub(super) fn track(&self, connection: impl Future<Output = ()> + Send + 'static) {
        self.connections.spawn(connection);
    }

    /// Waits for the connections to end, at most until the deadline.
    pub(super) async fn drain(self, deadline: Duration) -> DrainReport {
        self.connections.close();
        let open = self.connections.len();
        if timeout(deadline, self.connections.wait()).await.is_ok() {
            return DrainReport { open, cut: 0 };
        }
        let cut = self.connections.len();
        tracing::warn!(cut, ?deadline, "requests were cut: they did not finish before the deadline");
        self.cut.cancel();
        let _ = timeout(LAST_WAIT, self.connections.wait()).await;
        DrainReport { open, cut }
    }
}
