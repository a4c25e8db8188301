//! Says goodbye to everybody who is deleted.
use crate::prelude::*;

#[plugin]
pub struct FarewellEmail {
    logger: Logger,
}

#[plugin]
impl FarewellEmail {
    #[on(UserDeleted, retries = 3, backoff = "500ms")]
    async fn send(&self, event: &UserDeleted) -> Result<()> {
        self.logger.info(format_args!("farewell, user {}", event.id));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn says_goodbye(logger: Logger) {
        FarewellEmail::new(logger).send(&UserDeleted { id: 1 }).await.unwrap();
    }
}
