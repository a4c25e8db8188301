use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("/reply")]
    async fn reply(&self) -> Result<Vec<impl Serialize>> {
        Ok(vec![1])
    }

    #[post("/input")]
    async fn input(&self, body: impl Into<String>) {}

    #[reply(Asked)]
    async fn answer(&self, event: &Asked) -> impl Into<bool> {
        true
    }
}
