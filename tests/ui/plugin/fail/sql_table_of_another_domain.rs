//! A plugin reads and writes the tables of its own domain.

microcore::app! { root: "sql_table_of_another_domain" }

fn main() {}
