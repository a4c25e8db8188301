//! The hooks of a tool return `()` or `Result<()>`.

#![allow(unused_variables)]

microcore::app! { root: "hook" }

fn main() {}
