//! GET has no body.

#![allow(unused_variables)]

microcore::app! { root: "body_of_get" }

fn main() {}
