//! A request has an answer.

#![allow(unused_variables)]

microcore::app! { root: "request_unanswered" }

fn main() {}
