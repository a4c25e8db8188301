use crate::prelude::*;

#[plugin]
pub struct Feature {
    bus: Bus,
}

#[plugin]
impl Feature {
    #[post("/ask")]
    async fn ask(&self) -> Result<bool> {
        self.bus.request(CheckEmail { email: String::new() }).await
    }
}
