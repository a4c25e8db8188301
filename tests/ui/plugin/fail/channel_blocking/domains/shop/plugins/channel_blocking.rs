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
    fn stream(&self, events: EventStream<Tick>) {}
}
