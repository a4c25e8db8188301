//! SQL is what the engine accepts.

microcore::app! { root: "sql_refused" }

fn main() {}
