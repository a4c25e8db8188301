//! A tool has an `async fn setup() -> Result<Self>`.

#![allow(unused_variables)]

microcore::app! { root: "setup" }

fn main() {}
