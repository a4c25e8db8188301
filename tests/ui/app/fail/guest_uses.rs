//! A guest uses what there is, and SQL that the database accepts.

#![allow(unused_variables)]

microcore::app! { root: "guest_uses", sidecars: Process }

fn main() {}
