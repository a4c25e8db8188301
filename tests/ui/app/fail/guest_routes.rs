//! The routes of a guest are as those of plugins, and are not taken.

#![allow(unused_variables)]

microcore::app! { root: "guest_routes", sidecars: Process }

fn main() {}
