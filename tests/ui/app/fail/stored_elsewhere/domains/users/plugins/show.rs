use crate::prelude::*;

#[plugin]
pub struct Show {
    logger: Logger,
}

#[plugin]
impl Show {
    #[get("/users")]
    async fn show(&self) {
        self.logger.info("here");
    }
}
