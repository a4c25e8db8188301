use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[on]
    async fn bare(&self, event: &UserCreated) -> Result<()> {
        Ok(())
    }

    #[on("user.created")]
    async fn literal(&self, event: &UserCreated) -> Result<()> {
        Ok(())
    }

    #[on(UserCreated, retry = 3)]
    async fn unknown(&self, event: &UserCreated) -> Result<()> {
        Ok(())
    }

    #[on(UserCreated, retries = -1)]
    async fn number(&self, event: &UserCreated) -> Result<()> {
        Ok(())
    }

    #[on(UserCreated, backoff = "soon")]
    async fn duration(&self, event: &UserCreated) -> Result<()> {
        Ok(())
    }

    #[on(UserCreated, group = "workers", broadcast)]
    async fn shares_and_spreads(&self, _event: &UserCreated) {}
}
