//! The type of a constructor's parameter is that tool's.

#![allow(unused_variables)]

microcore::app! { root: "wrong_tool_type" }

fn main() {}
