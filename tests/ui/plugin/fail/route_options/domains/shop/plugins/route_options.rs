use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get]
    async fn bare(&self) {}

    #[get(PATH)]
    async fn constant(&self) {}

    #[get("/unknown", statu = 201)]
    async fn unknown(&self) {}

    #[get("/failure", status = 404)]
    async fn failure(&self) {}

    #[get("/text", status = "created")]
    async fn text(&self) {}
}
