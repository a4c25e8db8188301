//! A row is a struct with named fields, each of a column of its own.

use microcore::prelude::*;


#[derive(Row)]
pub enum Kind {
    A,
}

#[derive(Row)]
pub struct Pair(pub i64, pub i64);

#[derive(Row)]
pub struct Borrowed<'a> {
    pub name: &'a str,
}

#[derive(Row)]
pub struct User {
    #[row(name = "x")]
    pub id: i64,
    pub name: String,
    #[row(rename = "name")]
    pub alias: String,
}

fn main() {}
