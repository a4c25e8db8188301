//! A plugin never imports another: `use`.

#![allow(unused_variables)]

microcore::app! { root: "import_by_use" }

fn main() {}
