use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[on(UserCreated)]
    async fn hear(&self, event: &UserCreated) -> Result<i64> {
        self.logger.info("here");
        Ok(event.id)
    }

    #[reply(CheckEmail)]
    async fn answer(&self, event: &CheckEmail) -> Result<i64> {
        Ok(event.email.len() as i64)
    }

    async fn on_boot(&self) -> i64 {
        1
    }
}
