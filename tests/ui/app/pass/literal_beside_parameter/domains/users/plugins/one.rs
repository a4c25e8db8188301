use crate::prelude::*;

#[plugin]
pub struct One {
    logger: Logger,
}

#[plugin]
impl One {
    #[get("/users/{id}")]
    #[delete("/users/{id}")]
    async fn show(&self, id: i64) -> i64 {
        self.logger.info("here");
        id
    }
}
