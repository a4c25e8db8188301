//! A constructor names tools that exist.

#![allow(unused_variables)]

microcore::app! { root: "unknown_tool" }

fn main() {}
