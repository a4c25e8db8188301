//! A model belongs to its domain.

#![allow(unused_variables)]

microcore::app! { root: "model_of_another_domain" }

fn main() {}
