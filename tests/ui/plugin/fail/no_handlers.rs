//! A struct with `#[plugin]` has an impl with `#[plugin]`.

#![allow(unused_variables)]

microcore::app! { root: "no_handlers" }

fn main() {}
