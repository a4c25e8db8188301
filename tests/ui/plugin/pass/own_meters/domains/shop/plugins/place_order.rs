use crate::domains::shop::models::orders::{Country, Orders};
use crate::prelude::*;

#[plugin]
pub struct PlaceOrder {
    logger: Logger,
    meter: Meter<Orders>,
}

#[plugin]
impl PlaceOrder {
    #[post("/orders")]
    async fn place(&self) -> Result<NoContent> {
        self.meter.placed.add(Country::NewZealand);
        self.meter.worth.observe(19.5);
        self.meter.open.move_by(1);
        self.logger.info("placed");
        Ok(NoContent)
    }

    #[post("/orders/at")]
    async fn near(&self) -> Result<NoContent> {
        self.meter.placed.add(Country::At);
        Ok(NoContent)
    }
}
