//! Two migrations of a domain never have one number.

#![allow(unused_variables)]

microcore::app! { root: "migration_twice" }

fn main() {}
