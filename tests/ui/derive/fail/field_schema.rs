//! A field of an input or a reply has a schema.

use microcore::prelude::*;


pub struct Price;

#[derive(Schema)]
pub struct Item {
    pub id: i64,
    pub price: Price,
}

fn main() {}
