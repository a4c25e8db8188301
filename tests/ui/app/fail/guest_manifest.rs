//! A guest has a manifest that can be read.

#![allow(unused_variables)]

microcore::app! { root: "guest_manifest", sidecars: Process }

fn main() {}
