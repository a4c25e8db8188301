//! A subscriber and a hook return `()` or `Result<()>`, a responder the reply.

#![allow(unused_variables)]

microcore::app! { root: "outcome" }

fn main() {}
