//! What stands on the right side of each rule about SQL.

microcore::app! { root: "sql" }

fn main() {}
