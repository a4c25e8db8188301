//! Messages are JSON with a schema, and nobody reads what the handler returns.

#![allow(unused_variables)]

microcore::app! { root: "channel_types" }

fn main() {}
