//! Events never form a ring.

#![allow(unused_variables)]

microcore::app! { root: "event_ring" }

fn main() {}
