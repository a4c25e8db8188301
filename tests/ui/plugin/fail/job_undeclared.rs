//! Only a job is enqueued.

#![allow(unused_variables)]

microcore::app! { root: "job_undeclared" }

fn main() {}
