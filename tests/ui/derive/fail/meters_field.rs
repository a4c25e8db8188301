//! A field of `Meters` is a counter, a gauge or a histogram, with what that needs and nothing else.

use microcore::prelude::*;

#[derive(Meters)]
#[meters(prefix = "Shop")]
pub struct Orders {
    placed: u64,
    #[meter(bounds = [1, 2])]
    open: Counter,
    worth: Histogram,
    #[meter(bounds = [10, 5])]
    weight: Histogram,
    #[meter(units = "kg")]
    mass: Gauge,
}

#[derive(Meters)]
pub struct Sold(Counter);

fn main() {}
