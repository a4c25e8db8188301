//! What a test gets is made of nothing; and a tool's notes are a file.

#![allow(unused_variables)]

microcore::app! { root: "fake" }

fn main() {}
