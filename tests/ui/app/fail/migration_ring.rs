//! Migrations depend on each other in a ring.

#![allow(unused_variables)]

microcore::app! { root: "migration_ring" }

fn main() {}
