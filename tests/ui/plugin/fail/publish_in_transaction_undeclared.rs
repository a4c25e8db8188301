//! What is published is a declared event.

#![allow(unused_variables)]

microcore::app! { root: "publish_in_transaction_undeclared" }

fn main() {}
