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

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn a_test_answers_the_requests_of_its_plugin(bus: Bus, journal: Journal) {
        bus.answer::<PriceAsked>(|asked| Ok(asked.dish.len() as u32));
        let plugin = PlaceOrder { bus: bus.clone(), journal };
        assert_eq!(plugin.price("soup".into()).await.unwrap(), 4);
        bus.answer::<PriceAsked>(|asked| Err(Error::not_found(&asked.dish)));
        assert_eq!(plugin.price("soup".into()).await.unwrap_err().status(), 404);
        assert_eq!(bus.published::<PriceAsked>().len(), 2);
    }

    #[microcore::test]
    async fn a_request_that_a_test_does_not_answer_says_what_to_do(bus: Bus, journal: Journal) {
        let refused = PlaceOrder { bus, journal }.price("soup".into()).await.unwrap_err();
        let expected = "nobody answers `price.ask` on the bus of this test: say what is answered with `bus.answer`, or test \
                        the whole `app`";
        assert_eq!(refused.to_string(), expected);
    }
}
