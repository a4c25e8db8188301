//! The limits of a guest are some.

#![allow(unused_variables)]

microcore::app! { root: "guest_limits", sidecars: Process }

fn main() {}
