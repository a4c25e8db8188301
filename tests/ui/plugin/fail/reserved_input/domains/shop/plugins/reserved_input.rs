use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[post("/reserved")]
    async fn reserved(&self, claims: String) {}
}
