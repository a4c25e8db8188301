//! The options of a route are `status`, `tag`, `roles` and `media`.

#![allow(unused_variables)]

microcore::app! { root: "route_options" }

fn main() {}
