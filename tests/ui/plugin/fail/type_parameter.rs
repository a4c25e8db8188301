//! A type parameter of a plugin stands for a tool.

#![allow(unused_variables)]

microcore::app! { root: "type_parameter" }

fn main() {}
