//! A tool never uses another tool.

#![allow(unused_variables)]

microcore::app! { root: "takes_a_tool" }

fn main() {}
