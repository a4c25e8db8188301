//! A name is one history.

#![allow(unused_variables)]

microcore::app! { root: "schedule_names" }

fn main() {}
