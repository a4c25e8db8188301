//! A crate is one application.

microcore::app! {}

microcore::app! { db: Sqlite }

fn main() {}
