//! What a body is, its name says; the type must be the name's.

#![allow(unused_variables)]

microcore::app! { root: "body_type" }

fn main() {}
