//! `app!` takes `name: Provider` pairs and nothing else.

#![allow(unused_variables)]

microcore::app! { root: "unreadable_arguments", db = Sqlite }

fn main() {}
