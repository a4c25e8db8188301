use crate::prelude::*;

#[derive(Serialize, Deserialize, Schema)]
pub struct Tick {
    pub number: u64,
}

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[sse("/a")]
    async fn without(&self) {}

    #[sse("/b")]
    async fn of_another_type(&self, events: Vec<Tick>) {}

    #[ws("/c")]
    async fn half(&self, socket: EventStream<Tick>) {}

    #[ws("/d")]
    async fn with_a_body(&self, body: Tick, socket: Socket<Tick, Tick>) {}
}
