use crate::prelude::*;

#[derive(Label)]
pub enum Country {
    At,
    NewZealand,
}

#[derive(Meters)]
#[meters(prefix = "shop")]
pub struct Orders {
    /// Orders placed.
    pub placed: Counter<Country>,
    #[meter(unit = "eur", bounds = [10, 100.5])]
    pub worth: Histogram,
    pub open: Gauge,
}
