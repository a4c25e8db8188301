//! What has to do with money and with nothing else: no tool, no event, no SQL.
use microcore::prelude::*;

/// Net and tax of a price.
pub fn with_tax(net: Decimal, percent: u32) -> Decimal {
    net + net * Decimal::from(percent) / Decimal::from(100)
}
