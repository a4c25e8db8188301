//! Takes orders, and counts what they are about.
use crate::prelude::*;

#[derive(Deserialize, Schema)]
pub struct NewOrder {
    pub item: String,
}

#[derive(Label)]
pub enum Goods {
    Book,
    Other,
}

#[derive(Meters)]
#[meters(prefix = "shop")]
pub struct Orders {
    /// Orders placed.
    placed: Counter<Goods>,
    /// What an order is worth.
    #[meter(unit = "eur", bounds = [10, 100])]
    worth: Histogram,
}

#[plugin]
pub struct PlaceOrder {
    db: Db,
    bus: Bus,
    logger: Logger,
    meter: Meter<Orders>,
}

#[plugin]
impl PlaceOrder {
    #[post("/orders")]
    async fn place(&self, body: NewOrder) -> Result<NoContent> {
        let id: i64 = self
            .db
            .query_scalar("INSERT INTO orders (item, state) VALUES ($1, 'placed') RETURNING id", (&body.item,))
            .await?;
        self.meter.placed.add(if body.item == "book" { Goods::Book } else { Goods::Other });
        self.meter.worth.observe(12.5);
        self.bus.publish(OrderPlaced { id }).await?;
        self.logger.info("an order is placed");
        Ok(NoContent)
    }

    #[get("/orders/count")]
    async fn count(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FROM orders", ()).await?)
    }

    #[get("/broken")]
    async fn broken(&self) -> Result<i64> {
        Err(Error::internal("as it is meant to be"))
    }
}
