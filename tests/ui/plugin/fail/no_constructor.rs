//! A plugin is built by `new`, or from the fields of its `#[plugin]` struct.

#![allow(unused_variables)]

microcore::app! { root: "no_constructor" }

fn main() {}
