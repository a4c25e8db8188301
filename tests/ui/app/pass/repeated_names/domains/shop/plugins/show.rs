use crate::prelude::*;

use crate::domains::shop::models::Price;

#[plugin]
pub struct Show {
    logger: Logger,
}

#[plugin]
impl Show {
    #[get("/price")]
    async fn show(&self) -> i64 {
        self.logger.info("asked");
        Price { cents: 1 }.cents
    }
}
