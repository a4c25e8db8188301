//! A handler that lasts can wait.

#![allow(unused_variables)]

microcore::app! { root: "channel_blocking" }

fn main() {}
