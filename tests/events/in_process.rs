//! The battery on the transport within the process, and what only it can show: time is paused, queues are full.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::unused_async, clippy::pedantic, reason = "the same")]

mod battery;
mod bounds;

microcore::app! { bus: InProcess, root: "app" }

/// What the battery must know of the transport under test.
mod mount {
    /// Whether an event that was accepted survives the process.
    pub const KEEPS: bool = false;

    /// What the transport is to be told, for a test of this name.
    pub async fn settings(_test: &str) -> Option<Vec<(String, String)>> {
        Some(Vec::new())
    }
}
