//! A plugin's own tests name it, also through a helper module.

microcore::app! { root: "own_test" }

fn main() {}
