//! Waiting for at most so long, on a real clock.

use std::future::Future;
use std::time::{Duration, Instant};

use tokio::time::timeout;

/// Waits at most for `patience`, on a real clock: that of the runtime may be paused in a test, and then jumps ahead
/// while an engine works on a thread of its own.
pub(crate) async fn patiently<F: Future + Unpin>(patience: Duration, mut future: F) -> Option<F::Output> {
    let since = Instant::now();
    loop {
        match timeout(patience, &mut future).await {
            Ok(output) => return Some(output),
            Err(_) if since.elapsed() < patience => tokio::task::yield_now().await,
            Err(_) => return None,
        }
    }
}
