use crate::prelude::*;

#[plugin]
pub struct First {
    logger: Logger,
}

#[plugin]
impl First {
    #[get("/first")]
    async fn show(&self) {
        self.logger.info("here");
    }
}

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
