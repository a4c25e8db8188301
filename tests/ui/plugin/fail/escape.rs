//! A plugin file never switches off what keeps plugins apart.

#![allow(unused_variables)]

microcore::app! { root: "escape" }

fn main() {}
