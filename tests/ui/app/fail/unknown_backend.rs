//! A single word in `app!` is a backend that the framework has.

#![allow(unused_variables)]

microcore::app! { root: "unknown_backend", db: Oracle }

fn main() {}
