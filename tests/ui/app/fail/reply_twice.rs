//! A request has one answer.

#![allow(unused_variables)]

microcore::app! { root: "reply_twice" }

fn main() {}
