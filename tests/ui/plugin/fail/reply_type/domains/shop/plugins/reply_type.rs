use crate::prelude::*;

pub struct Price {
    pub cents: i64,
}

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("/reply")]
    async fn reply(&self) -> Result<Price> {
        self.logger.info("here");
        Ok(Price { cents: 1 })
    }
}
