//! A plugin never imports another: a re-export.

#![allow(unused_variables)]

microcore::app! { root: "import_by_reexport" }

fn main() {}
