//! A guest in the source tree is a plugin as any other.

#![allow(unused_variables)]

microcore::app! { root: "guest_in_the_tree", sidecars: Process }

fn main() {}
