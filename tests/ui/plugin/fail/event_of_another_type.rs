//! The parameter has the type that `#[on]` names.

#![allow(unused_variables)]

microcore::app! { root: "event_of_another_type" }

fn main() {}
