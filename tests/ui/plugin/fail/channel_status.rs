//! The status of what lasts is not the handler's.

#![allow(unused_variables)]

microcore::app! { root: "channel_status" }

fn main() {}
