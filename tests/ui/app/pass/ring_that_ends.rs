//! A ring whose author knows that it ends.

microcore::app! { root: "ring_that_ends" }

fn main() {}
