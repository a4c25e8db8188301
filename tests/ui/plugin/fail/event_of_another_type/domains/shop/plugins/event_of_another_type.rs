use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[on(UserCreated)]
    async fn send(&self, event: &CheckEmail) -> Result<()> {
        Ok(self.logger.info(&event.email))
    }
}
