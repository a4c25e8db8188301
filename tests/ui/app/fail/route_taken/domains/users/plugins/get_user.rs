use crate::prelude::*;

#[plugin]
pub struct GetUser {
    logger: Logger,
}

#[plugin]
impl GetUser {
    #[get("/users/{id}")]
    async fn show(&self, id: i64) {
        self.logger.info(&format!("{id}"));
    }
}
