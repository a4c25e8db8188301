//! What becomes a module is named like one.

#![allow(unused_variables)]

microcore::app! { root: "module_name" }

fn main() {}
