use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[before]
    async fn check(&self, headers: &Headers) -> Result<()> {
        Ok(())
    }

    #[after(order = 1)]
    fn stamp(&self, head: &Head, response: Response) -> Response {
        response
    }

    #[around(tag = "Carts", path = "/carts")]
    async fn time(&self, head: &Head, next: impl Next) -> Response {
        next.await
    }

    #[before(ordre = 1)]
    async fn late(&self, head: &Head) -> Result<()> {
        Ok(())
    }
}
