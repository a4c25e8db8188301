//! What a job is unique by, and its line, are fields of its event.

#![allow(unused_variables)]

microcore::app! { root: "job_fields" }

fn main() {}
