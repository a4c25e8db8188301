//! Migrations can be applied, one after the other.

microcore::app! { root: "migration_fails" }

fn main() {}
