//! A type that is no row is one mistake, also where the columns are known.

microcore::app! { root: "sql_no_row" }

fn main() {}
