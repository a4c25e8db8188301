//! A table that no migration of a PostgreSQL application makes.

microcore::app! { root: "sql_table", db: Postgres }

fn main() {}
