//! A generic plugin is wired with the tools that its constructor names.

microcore::app! { root: "generic" }

fn main() {}
