//! Keeps the stock, and hands items out.
use std::time::Duration;

use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct Delivered {
    #[validate(range(min = 1))]
    pub amount: i64,
}

#[plugin]
pub struct Stock {
    state: State,
}

#[plugin]
impl Stock {
    #[put("/stock/{item}")]
    async fn deliver(&self, item: String, body: Delivered) -> Result<i64> {
        Ok(self.state.namespace("stock").increment(&item, body.amount).await?)
    }

    /// Answers `bus.request(TakeStock { … })`.
    #[reply(TakeStock)]
    async fn take(&self, event: &TakeStock) -> Result<i64> {
        let stock = self.state.namespace("stock");
        let left = stock.increment(&event.item, -event.amount).await?;
        if left < 0 {
            stock.increment(&event.item, event.amount).await?;
            return Err(Error::conflict(format!("not enough of `{}` in stock", event.item)));
        }
        Ok(left)
    }

    /// At most three calls a minute for one name.
    #[get("/limited/{name}")]
    async fn limited(&self, name: String) -> Result<i64> {
        let calls = self.state.namespace("limits").increment_for(&name, 1, Duration::from_secs(60)).await?;
        if calls > 3 { Err(Error::too_many_requests("three calls a minute")) } else { Ok(calls) }
    }
}
