//! A part of Conduit, the backend of RealWorld: replies, failures and tokens are as its clients expect them. All that it
//! takes is settings, the word `replies` below and the type that it names.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    clippy::unused_async,
    clippy::pedantic,
    reason = "an application's files are written as in a project of their own"
)]

mod conduit;

microcore::app! { auth: Jwt, replies: crate::conduit::Conduit }
