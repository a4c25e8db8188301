//! `#[plugin]` stands, without arguments, on a struct or its inherent impl.

#![allow(unused_variables)]

microcore::app! { root: "place" }

fn main() {}
