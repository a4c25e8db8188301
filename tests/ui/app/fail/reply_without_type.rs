//! `#[reply(E)]` answers an event that says what is replied.

#![allow(unused_variables)]

microcore::app! { root: "reply_without_type" }

fn main() {}
