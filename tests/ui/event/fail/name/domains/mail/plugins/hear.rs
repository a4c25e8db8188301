use crate::prelude::*;

#[plugin]
pub struct Hear {
    logger: Logger,
}

#[plugin]
impl Hear {
    #[on(A)]
    async fn hear(&self, event: &A) -> Result<()> {
        Ok(self.logger.info(&event.id.to_string()))
    }
}
