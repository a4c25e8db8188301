//! A job has exactly one worker, and nobody hears it besides.

#![allow(unused_variables)]

microcore::app! { root: "job_count" }

fn main() {}
