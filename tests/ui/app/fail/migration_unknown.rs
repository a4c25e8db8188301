//! A migration depends on migrations that do not exist.

#![allow(unused_variables)]

microcore::app! { root: "migration_unknown" }

fn main() {}
