//! A worker takes its job, and its options say what can be kept.

#![allow(unused_variables)]

microcore::app! { root: "job_options" }

fn main() {}
