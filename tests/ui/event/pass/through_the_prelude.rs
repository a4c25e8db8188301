//! A plugin finds every event in the prelude, also by its own path.

microcore::app! { root: "through_the_prelude" }

fn main() {}
