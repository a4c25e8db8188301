//! `#[queries]` marks an impl or a function.

#![allow(unused_variables)]

microcore::app! { root: "queries" }

fn main() {}
