//! A small shop: orders, users, mails. Every third order's card is refused, the mailbox of some people does not exist, and
//! the search is always off, so that the dashboard has something to show.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    clippy::unused_async,
    clippy::pedantic,
    reason = "an application's files are written as in a project of their own"
)]

microcore::app! { sidecars: Process }
