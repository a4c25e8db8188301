//! What a hook of a tool may do wrong without taking anything else along: fail, panic, or never end.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::timeout;

use crate::error::Result;
use crate::server::panic_text;

/// Runs a hook for so long; what went wrong, where something did. One that takes longer is dropped where it waits.
pub(super) async fn guarded(limit: Duration, hook: impl Future<Output = Result<()>>) -> Result<(), String> {
    match timeout(limit, AssertUnwindSafe(hook).catch_unwind()).await {
        Ok(Ok(Ok(()))) => Ok(()),
        Ok(Ok(Err(error))) => Err(error.to_string()),
        Ok(Err(panic)) => Err(format!("panicked: {}", panic_text(&*panic))),
        Err(_) => Err(format!("no end within {limit:?}")),
    }
}
