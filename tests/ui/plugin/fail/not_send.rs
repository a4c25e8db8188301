//! A handler is `Send`: what it holds while it waits may move to another thread.

#![allow(unused_variables)]

microcore::app! { root: "not_send" }

fn main() {}
