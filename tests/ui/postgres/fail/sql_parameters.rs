//! As many parameters as the statement has placeholders, on PostgreSQL too.

microcore::app! { root: "sql_parameters", db: Postgres }

fn main() {}
