//! Every kind of input and reply, and types that differ in small things: `.ci/contract` asks it what its document
//! promises, and type-checks the clients that are generated from it.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    clippy::unused_async,
    clippy::unwrap_used,
    clippy::pedantic,
    reason = "an application's files are written as in a project of their own"
)]

// A module of one's own stands beside `app!`: plain functions, without tools.
mod prices;

microcore::app! { auth: Jwt }
