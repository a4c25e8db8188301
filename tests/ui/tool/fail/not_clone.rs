//! A tool is a handle: `Clone`, and usable from any thread.

#![allow(unused_variables)]

microcore::app! { root: "not_clone" }

fn main() {}
