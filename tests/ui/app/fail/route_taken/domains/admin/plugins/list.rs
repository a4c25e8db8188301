use crate::prelude::*;

#[plugin]
pub struct ListAll {
    logger: Logger,
}

#[plugin]
impl ListAll {
    #[get("/users")]
    async fn show(&self) {
        self.logger.info("here");
    }
}
