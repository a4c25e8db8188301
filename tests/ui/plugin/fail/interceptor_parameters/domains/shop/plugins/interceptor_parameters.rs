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

    #[around]
    async fn every(&self, route: &Route, next: impl Next) -> Response {
        next.await
    }

    #[after(routes)]
    async fn who(&self, claims: Claims, response: Response) -> Response {
        response
    }

    #[before(methods("FETCH"))]
    async fn fetch(&self) -> Result<()> {
        Ok(())
    }

    #[around(domain = "shop")]
    async fn nothing(&self, head: &Head) -> Response {
        Response::default()
    }
}
