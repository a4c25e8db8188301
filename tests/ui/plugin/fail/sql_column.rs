//! A column exists in the tables of the statement.

microcore::app! { root: "sql_column" }

fn main() {}
