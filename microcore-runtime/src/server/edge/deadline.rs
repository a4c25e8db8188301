//! How long a client waits. The answer comes in time; the handler still runs to its end.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::error::{Error, Result};

/// What the work comes to, or unavailable after `limit`; the work then goes on by itself and is waited for at a stop.
///
/// This is what it costs to have a limit: the work lives in a box, so that it can be moved to a task of its own.
pub(in crate::server) async fn within<T: Send + 'static>(
    limit: Duration,
    mut work: Pin<Box<impl Future<Output = T> + Send + 'static>>,
    tasks: &TaskTracker,
) -> Result<T> {
    if let Ok(done) = timeout(limit, work.as_mut()).await {
        return Ok(done);
    }
    tasks.spawn(async move {
        // Nobody is left to read it.
        drop(work.await);
    });
    Err(Error::unavailable(format!("no answer within {limit:?}; the handler runs on")))
}
