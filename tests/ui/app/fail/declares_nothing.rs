//! Each file in `plugins/`, `events/` and `tools/` declares one.

#![allow(unused_variables)]

microcore::app! { root: "declares_nothing" }

fn main() {}
