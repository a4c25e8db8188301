//! Places orders, and asks for prices.
use crate::prelude::*;

#[derive(Deserialize, Schema)]
pub struct Order {
    pub dish: String,
}

#[plugin]
pub struct PlaceOrder {
    bus: Bus,
    journal: Journal,
}

#[plugin]
impl PlaceOrder {
    #[post("/orders", status = 202)]
    async fn execute(&self, body: Order) -> Result<NoContent> {
        self.bus.publish(OrderPlaced { dish: body.dish }).await?;
        self.journal.note("published");
        Ok(NoContent)
    }

    #[get("/prices/{dish}")]
    async fn price(&self, dish: String) -> Result<u32> {
        self.bus.request(PriceAsked { dish }).await
    }
}
