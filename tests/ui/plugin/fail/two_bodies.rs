//! A request has one body.

#![allow(unused_variables)]

microcore::app! { root: "two_bodies" }

fn main() {}
