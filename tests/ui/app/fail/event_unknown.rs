//! A subscriber of a type that exists nowhere.

#![allow(unused_variables)]

microcore::app! { root: "event_unknown" }

fn main() {}
