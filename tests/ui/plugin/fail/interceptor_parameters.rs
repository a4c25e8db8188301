//! An interceptor takes the head of the request, and what its kind is about.

#![allow(unused_variables)]

microcore::app! { root: "interceptor_parameters" }

fn main() {}
