//! Takes the money at the second attempt.
use crate::prelude::*;

#[plugin]
pub struct Charge {
    db: Db,
    logger: Logger,
}

#[plugin]
impl Charge {
    #[on(OrderPlaced, retries = 2, backoff = "1ms", idempotent)]
    async fn charge(&self, order: &OrderPlaced) -> Result<()> {
        let state: String = self.db.query_scalar("SELECT state FROM orders WHERE id = $1", (order.id,)).await?;
        if state == "placed" {
            self.db.execute("UPDATE orders SET state = 'tried' WHERE id = $1", (order.id,)).await?;
            return Err(Error::internal("the bank says no"));
        }
        self.logger.info("charged");
        Ok(())
    }
}
