use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("/first")]
    #[get("/second")]
    async fn show(&self) {}
}
