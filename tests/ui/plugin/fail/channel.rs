//! A stream and a socket have a parameter to talk through, of its own type.

#![allow(unused_variables)]

microcore::app! { root: "channel" }

fn main() {}
