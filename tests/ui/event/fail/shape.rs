//! An event is a struct with named fields and without parameters.

#![allow(unused_variables)]

microcore::app! { root: "shape" }

fn main() {}
