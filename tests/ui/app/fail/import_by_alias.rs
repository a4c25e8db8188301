//! A plugin never imports another: an alias.

#![allow(unused_variables)]

microcore::app! { root: "import_by_alias" }

fn main() {}
