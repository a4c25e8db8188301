use crate::prelude::*;

#[plugin]
pub struct Pay {
    logger: Logger,
}

#[plugin]
impl Pay {
    #[get("/pay")]
    async fn show(&self) {
        self.logger.info("here");
    }
}
