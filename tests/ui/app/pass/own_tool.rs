//! A tool of the application's own, one of them in place of a built-in one.

microcore::app! { root: "own_tool", state: crate::tools::state::MyState }

fn main() {}
