//! A plugin never imports another: a glob.

#![allow(unused_variables)]

microcore::app! { root: "import_by_glob" }

fn main() {}
