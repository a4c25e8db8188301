//! One file, one plugin.

#![allow(unused_variables)]

microcore::app! { root: "two_plugins" }

fn main() {}
