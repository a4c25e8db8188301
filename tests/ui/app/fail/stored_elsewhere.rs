//! `bus: Stored` is the database of `db`, so that must be one of the framework.

#![allow(unused_variables)]

microcore::app! { root: "stored_elsewhere", db: microcore::tools::db::Database<microcore::tools::db::Sqlite>, bus: Stored }

fn main() {}
