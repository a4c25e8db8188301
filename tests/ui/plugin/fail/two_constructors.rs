//! A plugin has one constructor.

#![allow(unused_variables)]

microcore::app! { root: "two_constructors" }

fn main() {}
