//! A subscriber takes one shared event and nothing else.

#![allow(unused_variables)]

microcore::app! { root: "event_parameter" }

fn main() {}
