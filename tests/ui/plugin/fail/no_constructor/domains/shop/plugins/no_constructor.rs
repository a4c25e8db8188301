use crate::prelude::*;

pub struct NoConstructor {
    logger: Logger,
}

#[plugin]
impl NoConstructor {
    #[get("/here")]
    async fn show(&self) {
        self.logger.info("here");
    }
}
