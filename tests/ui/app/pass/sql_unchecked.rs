//! An application may have its SQL unchecked.

microcore::app! { root: "sql_unchecked", sql: unchecked }

fn main() {}
