//! Knows the prices.
use crate::prelude::*;

#[plugin]
pub struct PriceList {
    flaky: Flaky,
}

#[plugin]
impl PriceList {
    #[reply(PriceAsked)]
    async fn price(&self, event: &PriceAsked) -> Result<u32> {
        match event.dish.as_str() {
            "soup" => Ok(self.flaky.answer()),
            "fire" => panic!("too hot"),
            other => Err(Error::not_found(format!("dish {other}"))),
        }
    }
}
