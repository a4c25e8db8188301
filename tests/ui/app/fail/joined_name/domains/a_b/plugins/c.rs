use crate::prelude::*;

#[plugin]
pub struct Second {
    logger: Logger,
}

#[plugin]
impl Second {
    #[get("/second")]
    async fn show(&self) {
        self.logger.info("here");
    }
}
