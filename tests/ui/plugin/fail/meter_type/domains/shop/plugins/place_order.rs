use crate::prelude::*;

#[plugin]
pub struct PlaceOrder {
    meter: Logger,
}

#[plugin]
impl PlaceOrder {
    #[get("/orders")]
    async fn list(&self) -> Result<u64> {
        Ok(7)
    }
}
