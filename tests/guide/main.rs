//! The application that the guide quotes: what the pages show is compiled here, and runs in these tests.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::unused_async, clippy::pedantic, reason = "the same")]

mod story;

// Backends are named in one place; these two are the defaults, written out.
microcore::app! { db: Sqlite, state: Memory }
