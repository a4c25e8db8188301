//! A table exists: a migration creates it.

microcore::app! { root: "sql_table" }

fn main() {}
