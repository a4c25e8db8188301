use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("/users/{id}/orders/{order}")]
    async fn show(&self, di: i64, order: i64) -> i64 {
        self.logger.info("here");
        di + order
    }

    #[get("/orders/{query}")]
    async fn search(&self, query: String) -> String {
        query
    }
}
