use crate::prelude::*;

#[plugin]
pub struct CreateUser {
    logger: Logger,
}

#[plugin]
impl CreateUser {
    #[get("/users")]
    async fn show(&self) {
        self.logger.info("here");
    }
}
