//! A plugin never names another: a path in the code.

#![allow(unused_variables)]

microcore::app! { root: "import_by_path" }

fn main() {}
