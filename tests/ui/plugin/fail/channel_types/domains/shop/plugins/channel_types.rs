use crate::prelude::*;

#[derive(Schema)]
pub struct Tick {
    pub number: u64,
}

#[derive(Serialize, Deserialize)]
pub struct Shapeless {
    pub number: u64,
}

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[sse("/a")]
    async fn stream(&self, events: EventStream<Tick>) {}

    #[ws("/b")]
    async fn received(&self, socket: Socket<Tick, u64>) {}

    #[ws("/c")]
    async fn sent(&self, socket: Socket<u64, Shapeless>) {}

    #[sse("/d")]
    async fn returns(&self, events: EventStream<u64>) -> Result<u64> {
        Ok(1)
    }
}
