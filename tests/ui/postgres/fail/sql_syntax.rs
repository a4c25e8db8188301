//! SQL that a PostgreSQL server could not parse is refused where it stands.

microcore::app! { root: "sql_syntax", db: Postgres }

fn main() {}
