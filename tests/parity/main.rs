//! The pages of parity name tests that are there, or say why there is none.

#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, reason = "tests")]

mod events;
mod faults;
mod http;
