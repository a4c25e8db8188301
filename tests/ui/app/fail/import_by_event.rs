//! An event, a model and a tool hand on no plugin's types either.

#![allow(unused_variables, dead_code)]

microcore::app! { root: "import_by_event" }

fn main() {}
