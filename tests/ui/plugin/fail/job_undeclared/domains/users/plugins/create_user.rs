//! Enqueues what nobody works on.
use crate::prelude::*;

#[plugin]
pub struct CreateUser {
    scheduler: Scheduler,
    logger: Logger,
}

#[plugin]
impl CreateUser {
    #[post("/users")]
    async fn execute(&self) -> Result<()> {
        self.scheduler.enqueue(UserCreated { id: 1 }).await?;
        Ok(())
    }

    #[on(UserCreated)]
    async fn hear(&self, event: &UserCreated) {
        self.logger.info("heard");
    }
}
