//! Two handlers never answer one method on the same paths.

#![allow(unused_variables)]

microcore::app! { root: "route_taken" }

fn main() {}
