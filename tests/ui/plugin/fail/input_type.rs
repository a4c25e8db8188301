//! An input's type can be read from where its name says.

#![allow(unused_variables)]

microcore::app! { root: "input_type" }

fn main() {}
