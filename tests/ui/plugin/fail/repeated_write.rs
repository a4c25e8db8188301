//! A repetition writes again, unless it asks whether this is the first time.

#![allow(unused_variables)]

microcore::app! { root: "repeated_write" }

fn main() {}
