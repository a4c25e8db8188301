//! A test is `async` and takes tools by name.

#![allow(unused_variables)]

microcore::app! { root: "signature" }

#[microcore::test]
fn plain() {}

#[microcore::test]
async fn pattern((db, bus): (microcore::tools::db::Database, i64)) {}

#[microcore::test]
struct Test;

fn main() {}
