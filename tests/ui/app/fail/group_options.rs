//! The members of a group are repeated in the same way.

#![allow(unused_variables)]

microcore::app! { root: "group_options" }

fn main() {}
