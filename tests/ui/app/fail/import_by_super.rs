//! A plugin never imports another: `super::`.

#![allow(unused_variables)]

microcore::app! { root: "import_by_super" }

fn main() {}
