//! An event is read by subscribers on any thread.

#![allow(unused_variables)]

microcore::app! { root: "not_shareable" }

fn main() {}
