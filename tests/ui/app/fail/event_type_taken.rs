//! The name of an event's type is its own, in every domain.

#![allow(unused_variables)]

microcore::app! { root: "event_type_taken" }

fn main() {}
