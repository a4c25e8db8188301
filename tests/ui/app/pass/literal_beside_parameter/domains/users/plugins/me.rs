use crate::prelude::*;

#[plugin]
pub struct Me {
    logger: Logger,
}

#[plugin]
impl Me {
    #[get("/users/me")]
    async fn show(&self) {
        self.logger.info("here");
    }
}
