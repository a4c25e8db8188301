use crate::prelude::*;

#[plugin]
pub struct Welcome {
    logger: Logger,
}

#[plugin]
impl Welcome {
    #[on(UserCraeted)]
    async fn send(&self, event: &UserCraeted) -> Result<()> {
        Ok(self.logger.info(&event.id.to_string()))
    }
}
