use crate::prelude::*;

#[derive(Meters)]
pub struct Orders {
    placed: Counter,
}

#[plugin]
pub struct Two {
    meter: Meter<Orders>,
}

#[plugin]
impl Two {
    #[get("/two")]
    async fn count(&self) -> Result<NoContent> {
        self.meter.placed.increment();
        Ok(NoContent)
    }
}
