//! What a handler returns can be sent.

#![allow(unused_variables)]

microcore::app! { root: "reply_type" }

fn main() {}
