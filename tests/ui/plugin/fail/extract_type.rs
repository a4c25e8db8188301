//! A type that nothing makes, and a tool that the application does not have.

#![allow(unused_variables)]

microcore::app! { root: "extract_type" }

fn main() {}
