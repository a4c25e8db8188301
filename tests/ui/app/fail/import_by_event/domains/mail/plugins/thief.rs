use crate::prelude::*;

#[plugin]
pub struct Thief {
    logger: Logger,
}

#[plugin]
impl Thief {
    #[get("/mail")]
    async fn show(&self) {
        self.logger.info("here");
    }
}
