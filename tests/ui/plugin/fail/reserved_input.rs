//! Names that a later version gives a meaning are refused.

#![allow(unused_variables)]

microcore::app! { root: "reserved_input" }

fn main() {}
