use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[on(UserCreated, inline)]
    async fn waits(&self, event: &UserCreated) -> Result<()> {
        Ok(())
    }

    #[on(UserCreated, inline, retries = 3)]
    fn repeats(&self, event: &UserCreated) -> Result<()> {
        Ok(())
    }

    #[on(UserCreated, inline, group = "workers")]
    fn shares(&self, _event: &UserCreated) {}
}
