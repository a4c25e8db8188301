//! A call gives one parameter for each placeholder, and placeholders are numbers.

microcore::app! { root: "sql_parameters" }

fn main() {}
