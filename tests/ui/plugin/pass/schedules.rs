//! Everything that a schedule may say.

#![allow(unused_variables)]

microcore::app! { root: "schedules" }

fn main() {}
