use crate::prelude::*;

#[plugin]
pub struct Feature {
    bus: Bus,
}

#[plugin]
impl Feature {
    #[post("/ask")]
    async fn ask(&self) -> Result<()> {
        self.bus.request(UserCreated { id: 1 }).await
    }
}
