//! An event has the fields that it declares.

#![allow(unused_variables)]

microcore::app! { root: "event_field" }

fn main() {}
