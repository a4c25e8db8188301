//! Offers that are stored nowhere.
use crate::prelude::*;

#[derive(Serialize, Deserialize, Schema, Validate)]
pub struct Offer {
    #[validate(range(min = 1))]
    pub price: i64,
}

#[plugin]
pub struct Offers {}

#[plugin]
impl Offers {
    #[post("/offers", status = 201)]
    async fn add(&self, body: Offer) -> Result<Offer> {
        Ok(body)
    }

    #[get("/offers/{id}")]
    async fn one(&self, id: i64) -> Result<Offer> {
        match id {
            410 => Err(Error::not_found("offer").with_status(410).with_code("offer_expired")),
            502 => Err(Error::unavailable("the supplier at 10.0.0.7 answers 500").with_status(502)),
            price => Ok(Offer { price }),
        }
    }

    #[ws("/offers/live")]
    async fn live(&self, mut socket: Socket<String, String>) -> Result<()> {
        while let Some(said) = socket.receive().await {
            socket.send(said).await?;
        }
        Ok(())
    }
}
