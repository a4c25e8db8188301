//! Domain and file, joined, name one plugin.

#![allow(unused_variables)]

microcore::app! { root: "joined_name" }

fn main() {}
