//! Every kind of input and of handler, in one plugin.

microcore::app! { root: "every_input" }

fn main() {}
