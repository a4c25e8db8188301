//! A guest is run by the tool `sidecars`.

#![allow(unused_variables)]

microcore::app! { root: "guest_without_tool" }

fn main() {}
