use crate::prelude::*;

#[plugin]
pub struct ShowUser {
    logger: Logger,
}

#[plugin]
impl ShowUser {
    #[get("/users/{name}")]
    async fn show(&self, name: String) {
        self.logger.info(&name);
    }
}
