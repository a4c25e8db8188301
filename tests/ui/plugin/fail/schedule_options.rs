//! Durations have units, options say one thing, and a run takes its tick or nothing.

#![allow(unused_variables)]

microcore::app! { root: "schedule_options" }

fn main() {}
