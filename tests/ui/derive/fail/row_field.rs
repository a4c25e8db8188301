//! A field of a row can be read from a column.

use microcore::prelude::*;


pub struct Price;

#[derive(Row)]
pub struct Item {
    pub id: i64,
    pub price: Price,
}

fn main() {}
