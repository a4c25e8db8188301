//! A path is literal segments, parameters and, at the end, a rest.

#![allow(unused_variables)]

microcore::app! { root: "path" }

fn main() {}
