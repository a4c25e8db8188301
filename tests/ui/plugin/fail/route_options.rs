//! The options of a route are `status` and `tag`.

#![allow(unused_variables)]

microcore::app! { root: "route_options" }

fn main() {}
