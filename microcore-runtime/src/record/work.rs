//! Own work: a name and a time for what a handler does beside statements and calls.

use std::future::Future;
use std::time::Instant;

use super::{Kind, keep, ring};
use crate::event::Moment;

/// Runs `work` and records it under this name, in the trace of whatever is handled: it is a bar of its own where the
/// request or the delivery is looked at.
///
/// ```
/// # async fn charge() -> u32 { 7 }
/// # async fn handler() -> u32 {
/// microcore_runtime::record::work("charge card", async { charge().await }).await
/// # }
/// ```
///
/// # Cancellation
/// Dropped before its end, it is recorded as given up.
pub async fn work<F: Future>(name: &'static str, work: F) -> F::Output {
    let mut begun = Begun { name, at: Instant::now(), outcome: 1 };
    let output = work.await;
    begun.outcome = 0;
    output
}

struct Begun {
    name: &'static str,
    at: Instant,
    outcome: u8,
}

impl Drop for Begun {
    fn drop(&mut self) {
        if cfg!(feature = "causality") {
            let times = [Moment::of(self.at), Moment::now()];
            keep(Kind::Work, ring::names().number(self.name) as u64, self.outcome, times);
        }
    }
}
