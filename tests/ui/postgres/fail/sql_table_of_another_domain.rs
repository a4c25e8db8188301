//! A plugin reads and writes the tables of its own domain, on PostgreSQL too.

microcore::app! { root: "sql_table_of_another_domain", db: Postgres }

fn main() {}
