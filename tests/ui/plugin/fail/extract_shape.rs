//! How a type makes itself of a request.

#![allow(unused_variables)]

microcore::app! { root: "extract_shape" }

fn main() {}
