use crate::prelude::*;

#[plugin]
pub struct Answer {
    logger: Logger,
}

#[plugin]
impl Answer {
    #[reply(UserCreated)]
    async fn answer(&self, event: &UserCreated) -> Result<i64> {
        self.logger.info("asked");
        Ok(event.id)
    }
}
