use crate::prelude::*;

#[plugin]
pub struct Rest {
    logger: Logger,
}

#[plugin]
impl Rest {
    #[get("/users/{*rest}")]
    async fn show(&self, rest: String) -> String {
        self.logger.info(&rest);
        rest
    }
}
