//! An event's name is lower-case words joined with `.`.

#![allow(unused_variables)]

microcore::app! { root: "name" }

fn main() {}
