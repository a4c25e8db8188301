//! A handler that reads a token needs the tool that checks tokens.

#![allow(unused_variables)]

microcore::app! { root: "auth_missing" }

fn main() {}
