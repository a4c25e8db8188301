//! An inline subscriber is a plain call.

#![allow(unused_variables)]

microcore::app! { root: "inline" }

fn main() {}
