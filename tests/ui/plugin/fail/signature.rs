//! A handler takes `&self` and named parameters, and is not generic.

#![allow(unused_variables)]

microcore::app! { root: "signature" }

fn main() {}
