//! A word that is almost a backend of a crate.

#![allow(unused_variables)]

microcore::app! { root: "nothing", mail: Foldr }

fn main() {}
