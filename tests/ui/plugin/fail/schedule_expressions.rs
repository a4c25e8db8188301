//! An expression has five fields, each of what it may hold, and comes one day; a zone is one of the database.

#![allow(unused_variables)]

microcore::app! { root: "schedule_expressions" }

fn main() {}
