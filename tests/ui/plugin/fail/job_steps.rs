//! A step is found by its name after a crash, and what is outside of it is done again.

#![allow(unused_variables)]

microcore::app! { root: "job_steps" }

fn main() {}
