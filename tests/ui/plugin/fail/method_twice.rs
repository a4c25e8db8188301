//! A function answers a method once.

#![allow(unused_variables)]

microcore::app! { root: "method_twice" }

fn main() {}
