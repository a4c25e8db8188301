//! What is published is a declared event.

#![allow(unused_variables)]

microcore::app! { root: "publish_undeclared" }

fn main() {}
