//! A field of an input can be read.

use microcore::prelude::*;


pub struct Price;

#[derive(Deserialize)]
pub struct Item {
    pub id: i64,
    pub price: Price,
}

fn main() {}
