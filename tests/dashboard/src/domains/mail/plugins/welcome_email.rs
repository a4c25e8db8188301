//! Welcomes everybody who registers.
use crate::domains::users::events::UserCreated;
use crate::prelude::*;

pub struct WelcomeEmail {
    logger: Logger,
}

/// Welcomes everybody who registers.
#[plugin]
impl WelcomeEmail {
    pub fn new(logger: Logger) -> Self {
        Self { logger }
    }

    #[on(UserCreated, retries = 3, backoff = "500ms")]
    async fn send(&self, event: &UserCreated) -> Result<()> {
        self.logger.info(format_args!("welcome {}", event.email));
        Ok(())
    }
}
