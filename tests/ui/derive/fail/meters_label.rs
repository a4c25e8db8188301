//! A label is an enum of plain variants: what comes from outside would make series without end.

use microcore::prelude::*;

#[derive(Label)]
pub enum Country {
    At,
    Other(String),
}

#[derive(Label)]
pub struct City {
    name: String,
}

#[derive(Meters)]
pub struct Orders {
    by_name: Counter<String>,
    by_text: Gauge<&'static str>,
}

fn main() {}
