//! A field of a reply can be written.

use microcore::prelude::*;


pub struct Price;

#[derive(Serialize)]
pub struct Item {
    pub id: i64,
    pub price: Price,
}

fn main() {}
