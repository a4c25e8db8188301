//! A mount stands beside routes that hide one name at the most, and inside of another.

#![allow(unused_variables)]

microcore::app! { root: "mount_beside_routes" }

fn main() {}
