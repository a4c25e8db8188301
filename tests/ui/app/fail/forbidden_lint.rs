//! `forbid(deprecated)` would forbid what the wiring needs.

#![forbid(deprecated)]

microcore::app! {}

fn main() {}
