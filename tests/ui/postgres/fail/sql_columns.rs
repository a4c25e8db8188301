//! A struct has a field for each column that the statement names, on PostgreSQL too.

microcore::app! { root: "sql_columns", db: Postgres }

fn main() {}
