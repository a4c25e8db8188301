//! A mount is a constant with a literal path.

#![allow(unused_variables)]

microcore::app! { root: "mount" }

fn main() {}
