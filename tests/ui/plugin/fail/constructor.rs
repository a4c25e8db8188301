//! `new` is a plain function whose parameters are tools by name.

#![allow(unused_variables)]

microcore::app! { root: "constructor" }

fn main() {}
