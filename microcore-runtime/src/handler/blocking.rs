//! Runs a handler written `fn` on the blocking pool, where it may block.

use std::future::pending;
use std::panic::resume_unwind;

use crate::context;

/// Runs `work` on the blocking pool, as the handling of what is being handled here.
///
/// # Panics
///
/// With the panic of `work`: it goes on in the caller, who turns it into a failure of this one request.
///
/// # Cancellation
///
/// Work that has begun runs to its end; dropping the future only loses the result.
pub async fn on_blocking_pool<T, W>(work: W) -> T
where
    T: Send + 'static,
    W: FnOnce() -> T + Send + 'static,
{
    let work = match context::current() {
        Some(context) => tokio::task::spawn_blocking(move || context::scope_sync(&context, work)),
        None => tokio::task::spawn_blocking(work),
    };
    match work.await {
        Ok(value) => value,
        Err(error) => match error.try_into_panic() {
            Ok(payload) => resume_unwind(payload),
            // The pool refuses work only while the runtime goes down, and this task with it.
            Err(_) => pending().await,
        },
    }
}
