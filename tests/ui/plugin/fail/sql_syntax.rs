//! SQL can be read to its end.

microcore::app! { root: "sql_syntax" }

fn main() {}
