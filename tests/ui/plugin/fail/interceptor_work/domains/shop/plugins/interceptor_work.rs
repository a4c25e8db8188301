use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[around(events)]
    async fn watch(&self, head: &Head, next: impl Next<Result<()>>) -> Result<()> {
        next.await
    }

    #[after(jobs)]
    async fn stamp(&self, work: &Work) -> Result<()> {
        Ok(())
    }

    #[around(events, path = "/carts")]
    async fn carts(&self, work: &Work, next: impl Next<Result<()>>) -> Result<()> {
        next.await
    }

    #[around(jobs)]
    async fn nothing(&self, work: &Work) -> Result<()> {
        Ok(())
    }

    #[before(routes)]
    async fn check(&self, work: &Work) -> Result<()> {
        Ok(())
    }
}
