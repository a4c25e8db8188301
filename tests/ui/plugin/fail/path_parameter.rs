//! A parameter of the path is a parameter of the handler.

#![allow(unused_variables)]

microcore::app! { root: "path_parameter" }

fn main() {}
