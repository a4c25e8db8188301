//! The generated application under test: a small one of its own, booted whole, spoken to over real sockets.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::unused_async, clippy::pedantic, reason = "the same")]

mod bodies;
mod boot;
mod claims;
mod document;
mod event_streams;
mod events;
mod extracts;
mod faults;
mod handover;
mod hang_up;
mod interceptors;
mod metrics;
mod mounts;
mod process;
mod replies;
mod routing;
mod sockets;
mod statements;
mod waiting;
mod wires;

microcore::app! { auth: Jwt }
