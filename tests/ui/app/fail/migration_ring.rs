//! Migrations do not wait for each other.

microcore::app! { root: "migration_ring" }

fn main() {}
