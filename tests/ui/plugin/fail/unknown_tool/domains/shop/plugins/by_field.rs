use crate::prelude::*;

#[plugin]
pub struct ByField {
    databse: Db,
    logger: Logger,
}

#[plugin]
impl ByField {
    #[get("/field")]
    async fn show(&self) {
        self.logger.info("here");
    }
}
