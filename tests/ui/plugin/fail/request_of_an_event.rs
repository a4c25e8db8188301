//! Only an event with a reply can be asked.

#![allow(unused_variables)]

microcore::app! { root: "request_of_an_event" }

fn main() {}
