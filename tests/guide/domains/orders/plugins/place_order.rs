//! POST /orders stores an order.
use crate::domains::orders::models::Order;
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct NewOrder {
    #[validate(email)]
    pub customer: String,
    #[validate(length(min = 1, max = 100))]
    pub item: String,
    #[validate(range(min = 1, max = 1000))]
    pub amount: i64,
    #[validate(range(min = 0))]
    pub price: i64,
}

#[plugin]
pub struct PlaceOrder {
    db: Db,
    bus: Bus,
}

#[plugin]
impl PlaceOrder {
    /// Stores an order and takes its items from the stock.
    #[post("/orders", tag = "Orders")]
    async fn execute(&self, body: NewOrder) -> Result<Created<Order>> {
        self.bus.request(TakeStock { item: body.item.clone(), amount: body.amount }).await?;
        let total = body.amount * body.price;
        let order = self.store(&body, total).await?;
        self.bus.publish(OrderPlaced { id: order.id, customer: body.customer, total }).await?;
        Ok(Created::at(format!("/orders/{}", order.id), order))
    }

    /// Both tables or none.
    async fn store(&self, body: &NewOrder, total: i64) -> Result<Order> {
        self.db
            .transaction(async |tx| {
                let id: i64 = tx
                    .query_scalar(
                        "INSERT INTO orders (customer, total) VALUES ($1, $2) RETURNING id",
                        (&body.customer, total),
                    )
                    .await?;
                tx.execute(
                    "INSERT INTO order_lines (order_id, item, amount) VALUES ($1, $2, $3)",
                    (id, &body.item, body.amount),
                )
                .await?;
                Ok(Order { id, customer: body.customer.clone(), total })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn stores_the_order_and_its_lines(db: Db, bus: Bus) {
        let plugin = PlaceOrder::new(db.clone(), bus);
        let body = NewOrder { customer: "ana@example.com".into(), item: "pen".into(), amount: 2, price: 150 };
        let order = plugin.store(&body, 300).await.unwrap();
        let lines: Vec<(String, i64)> =
            db.query("SELECT item, amount FROM order_lines WHERE order_id = $1", (order.id,)).await.unwrap();
        assert_eq!(lines, [("pen".to_owned(), 2)]);
    }
}
