use crate::prelude::*;

#[plugin]
pub struct Second {
    logger: Logger,
}

#[plugin]
impl Second {
    #[reply(CheckEmail)]
    async fn answer(&self, event: &CheckEmail) -> Result<bool> {
        self.logger.info("asked");
        Ok(event.email.contains('@'))
    }
}
