//! A field of a section can be read from a text.

use microcore::prelude::*;


pub struct Level;

#[derive(Settings)]
pub struct Mail {
    pub from: String,
    pub level: Level,
}

fn main() {}
