//! Plugins in other languages, in an application: one battery for every kind and language, and what a folder of guests is
//! refused for.

#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::pedantic, reason = "the same")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says why")]

microcore::app! { sidecars: Process }

mod battery;
mod folder;
mod refused;
