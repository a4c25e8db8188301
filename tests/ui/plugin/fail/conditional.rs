//! What is wired is there in every build.

#![allow(unused_variables)]

microcore::app! { root: "conditional" }

fn main() {}
