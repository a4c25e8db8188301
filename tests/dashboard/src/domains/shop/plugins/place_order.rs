//! POST /orders takes an order.
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct NewOrder {
    #[validate(length(min = 1, max = 200))]
    pub item: String,
    pub cents: i64,
}

#[derive(Debug, Settings)]
pub struct ShopSettings {
    /// What the payment service knows the shop by.
    #[setting(key = "PAYMENT_API_KEY", default = "none", public)]
    pub api_key: String,
    /// The least that an order may cost, in cents.
    #[setting(key = "SHOP_LEAST_CENTS", default = "100")]
    pub least: i64,
}

#[derive(Label)]
pub enum Amount {
    Small,
    Large,
}

#[derive(Meters)]
#[meters(prefix = "shop")]
pub struct Orders {
    /// Orders placed.
    placed: Counter<Amount>,
    /// What an order costs.
    #[meter(unit = "eur", bounds = [10, 100, 1000])]
    worth: Histogram,
}

pub struct PlaceOrder {
    db: Db,
    bus: Bus,
    config: Config<ShopSettings>,
    meter: Meter<Orders>,
}

/// Takes an order and asks for its payment.
#[plugin]
impl PlaceOrder {
    pub fn new(db: Db, bus: Bus, config: Config<ShopSettings>, meter: Meter<Orders>) -> Self {
        Self { db, bus, config, meter }
    }

    /// Takes an order.
    #[post("/orders", status = 201)]
    async fn execute(&self, body: NewOrder) -> Result<i64> {
        if self.config.api_key.is_empty() {
            return Err(Error::unavailable("no payment service"));
        }
        if body.cents < self.config.least {
            return Err(Error::unprocessable("that is too little to be paid by card"));
        }
        let id: i64 = self
            .db
            .query_scalar("INSERT INTO orders (item, cents) VALUES ($1, $2) RETURNING id", (&body.item, body.cents))
            .await?;
        let euros = f64::from(i32::try_from(body.cents).unwrap_or(i32::MAX)) / 100.0;
        self.meter.placed.add(if euros < 100.0 { Amount::Small } else { Amount::Large });
        self.meter.worth.observe(euros);
        self.bus.publish(OrderPlaced { id, cents: body.cents, card: "4242 4242".to_owned() }).await?;
        Ok(id)
    }
}
