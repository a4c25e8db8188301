//! What a guest hears and publishes is declared.

#![allow(unused_variables)]

microcore::app! { root: "guest_events", sidecars: Process }

fn main() {}
