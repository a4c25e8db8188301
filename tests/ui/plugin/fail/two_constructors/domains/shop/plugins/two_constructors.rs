use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    pub fn new(logger: Logger) -> Self {
        Self { logger }
    }

    #[get("/show")]
    async fn show(&self) {
        self.logger.info("shown");
    }
}
