//! A tool never has a name that generated code uses.

#![allow(unused_variables)]

microcore::app! { root: "tool_name", settings: crate::tools::boot::MyBoot }

fn main() {}
