use crate::prelude::*;

#[derive(Schema)]
pub struct Flags;

pub struct Bare;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[post("/input/{id}")]
    async fn input(&self, id: Vec<u8>, flags: Flags, body: Flags) {
        self.logger.info("here");
    }

    #[post("/bare")]
    async fn bare(&self, body: Bare) {}
}
