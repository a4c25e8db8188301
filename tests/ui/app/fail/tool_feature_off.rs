//! A word that is a backend of a crate, whose feature is off.

#![allow(unused_variables)]

microcore::app! { root: "nothing", mail: Smtp }

fn main() {}
