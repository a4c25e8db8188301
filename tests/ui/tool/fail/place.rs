//! `#[tool]` stands on the inherent impl of a struct.

#![allow(unused_variables)]

microcore::app! { root: "place" }

fn main() {}
