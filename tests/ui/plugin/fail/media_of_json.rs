//! A reply that is JSON by its type, or nothing, has no other media type.

#![allow(unused_variables)]

microcore::app! { root: "media_of_json" }

fn main() {}
