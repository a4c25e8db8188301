//! The fields of a plugin have names.

#![allow(unused_variables)]

microcore::app! { root: "fields" }

fn main() {}
