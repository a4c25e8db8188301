//! An application without a file.

microcore::app! { root: "nothing" }

fn main() {}
