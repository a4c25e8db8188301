//! Rules that nobody runs are a mistake.

#![allow(unused_variables)]

microcore::app! { root: "rules_without_validate" }

fn main() {}
