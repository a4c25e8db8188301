//! Welcomes everybody who registers.
use crate::prelude::*;
use crate::domains::users::events::UserCreated;

#[plugin]                                                // on a struct: `new` is written from the fields
pub struct WelcomeEmail { logger: Logger }

#[plugin]
impl WelcomeEmail {
    #[on(UserCreated, retries = 3, backoff = "500ms")]
    async fn send(&self, event: &UserCreated) -> Result<()> {
        self.logger.info(format_args!("welcome {}", event.email));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn welcomes(logger: Logger) {
        let event = UserCreated { id: 1, email: "ana@example.com".into() };
        WelcomeEmail::new(logger).send(&event).await.unwrap();
    }
}
