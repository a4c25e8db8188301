use crate::domains::shop::models::orders::Orders;
use crate::prelude::*;

pub struct PackOrder {
    meter: Meter<Orders>,
}

#[plugin]
impl PackOrder {
    pub fn new(meter: Meter<Orders>) -> Self {
        Self { meter }
    }

    #[post("/packed")]
    async fn pack(&self) -> Result<NoContent> {
        self.meter.open.move_by(-1);
        Ok(NoContent)
    }
}
