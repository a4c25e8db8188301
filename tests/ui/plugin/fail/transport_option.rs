//! What the transport does not keep does not compile.

#![allow(unused_variables)]

microcore::app! { root: "transport_option" }

fn main() {}
