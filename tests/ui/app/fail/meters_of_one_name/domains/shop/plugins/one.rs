use crate::prelude::*;

#[derive(Meters)]
pub struct Orders {
    placed: Counter,
}

#[plugin]
pub struct One {
    meter: Meter<Orders>,
}

#[plugin]
impl One {
    #[get("/one")]
    async fn count(&self) -> Result<NoContent> {
        self.meter.placed.increment();
        Ok(NoContent)
    }
}
