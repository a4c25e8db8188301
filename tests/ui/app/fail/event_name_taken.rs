//! An event's name on the bus is its own.

#![allow(unused_variables)]

microcore::app! { root: "event_name_taken" }

fn main() {}
