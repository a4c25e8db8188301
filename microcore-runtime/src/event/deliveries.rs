//! The deliveries under way: what a drain waits for.

use std::future::Future;
use std::time::Duration;

use tokio_util::task::TaskTracker;

/// Starts deliveries and counts them. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Deliveries(TaskTracker);

impl Deliveries {
    /// Starts one as a task of its own.
    pub(super) fn start(&self, delivery: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(delivery);
    }

    /// How many are under way.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Waits until none is under way, those included that others start meanwhile.
    pub async fn settled(&self) {
        // A tracker can be waited for only while it is closed; closing does not refuse new tasks.
        self.0.close();
        self.0.wait().await;
        self.0.reopen();
    }

    /// The same with a deadline; gives how many were still under way then.
    pub async fn drain(&self, deadline: Duration) -> usize {
        match tokio::time::timeout(deadline, self.settled()).await {
            Ok(()) => 0,
            Err(_) => self.len(),
        }
    }
}
