//! One tool per name: a file of a built-in tool's name must be chosen in `app!`, and once.

#![allow(unused_variables)]

microcore::app! { root: "tool_twice", db: Sqlite, db: Sqlite }

fn main() {}
