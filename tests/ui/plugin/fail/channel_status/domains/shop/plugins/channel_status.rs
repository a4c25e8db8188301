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
    #[ws("/a", status = 201)]
    async fn socket(&self, socket: Socket<Tick, Tick>) {}
}
