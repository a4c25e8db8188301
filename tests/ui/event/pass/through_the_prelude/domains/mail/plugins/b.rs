use crate::prelude::*;

#[plugin]
pub struct B {
    logger: Logger,
}

#[plugin]
impl B {
    #[on(crate::domains::users::events::UserCreated)]
    async fn hear(&self, event: &UserCreated) -> Result<()> {
        Ok(self.logger.info(&event.id.to_string()))
    }
}
