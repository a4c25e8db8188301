//! The server over real sockets, with an application written by hand.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails here")]

extern crate microcore_runtime as microcore;

mod access_log;
mod answers;
mod client;
mod connections;
mod cost;
mod drain;
mod early;
mod edge;
mod files;
mod fixture;
mod hang_up;
mod http2;
mod inputs;
mod loops;
mod messages;
mod preface;
#[cfg(target_os = "linux")]
mod sending;
#[cfg(feature = "ws")]
mod sockets;
mod system;
#[cfg(feature = "causality")]
mod traces;
mod versions;
