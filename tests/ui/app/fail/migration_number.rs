//! A migration starts with a number and has one of its own.

#![allow(unused_variables)]

microcore::app! { root: "migration_number" }

fn main() {}
