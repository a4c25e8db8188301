use crate::prelude::*;

#[plugin]
pub struct First {
    logger: Logger,
}

#[plugin]
impl First {
    #[reply(CheckEmail)]
    async fn answer(&self, event: &CheckEmail) -> Result<bool> {
        self.logger.info("asked");
        Ok(event.email.contains('@'))
    }
}
