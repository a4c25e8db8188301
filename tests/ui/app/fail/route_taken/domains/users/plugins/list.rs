use crate::prelude::*;

#[plugin]
pub struct ListUsers {
    logger: Logger,
}

#[plugin]
impl ListUsers {
    #[get("/users")]
    async fn show(&self) {
        self.logger.info("here");
    }
}
