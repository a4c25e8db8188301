//! The options of a subscription are `retries`, `backoff`, `inline` and `allow_ring`.

#![allow(unused_variables)]

microcore::app! { root: "subscription_options" }

fn main() {}
