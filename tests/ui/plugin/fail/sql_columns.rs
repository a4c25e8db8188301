//! A row has a field for each column of the statement, and no other.

microcore::app! { root: "sql_columns" }

fn main() {}
