//! An interceptor stands before at least one route.

#![allow(unused_variables)]

microcore::app! { root: "interceptor_scope" }

fn main() {}
