use crate::prelude::*;

#[plugin]
pub struct Users {
    logger: Logger,
}

#[plugin]
impl Users {
    #[get("/all")]
    async fn show(&self) {
        self.logger.info("here");
    }
}
