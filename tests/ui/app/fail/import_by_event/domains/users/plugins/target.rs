use crate::prelude::*;

#[plugin]
pub struct Target {
    logger: Logger,
}

#[plugin]
impl Target {
    #[get("/target")]
    async fn show(&self) {
        self.logger.info("here");
    }
}
