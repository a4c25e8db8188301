//! What a route reads and gives has a name.

#![allow(unused_variables)]

microcore::app! { root: "unnamed_type" }

fn main() {}
