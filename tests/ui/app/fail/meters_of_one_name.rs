//! Two structs of meters may not have a meter of one name: they would be one series.

#![allow(dead_code)]

microcore::app! { root: "meters_of_one_name" }

fn main() {}
