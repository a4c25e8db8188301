use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[on(UserCreated)]
    async fn owns(&self, event: UserCreated) -> Result<()> {
        Ok(())
    }

    #[on(UserCreated)]
    async fn changes(&self, event: &mut UserCreated) -> Result<()> {
        Ok(())
    }

    #[on(UserCreated)]
    async fn ignores(&self) -> Result<()> {
        Ok(())
    }

    #[reply(CheckEmail)]
    async fn asks(&self, event: &CheckEmail, ctx: Context) -> Result<bool> {
        Ok(true)
    }
}
