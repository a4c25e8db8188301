//! A call takes one statement, and one that reads takes a statement with rows.

microcore::app! { root: "sql_method" }

fn main() {}
