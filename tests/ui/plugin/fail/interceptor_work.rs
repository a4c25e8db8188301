//! What runs around events and jobs takes the work, and names no routes.

#![allow(unused_variables)]

microcore::app! { root: "interceptor_work" }

fn main() {}
