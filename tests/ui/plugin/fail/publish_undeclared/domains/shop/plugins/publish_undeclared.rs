use crate::prelude::*;

pub struct Undeclared {
    pub id: i64,
}

#[plugin]
pub struct Feature {
    bus: Bus,
}

#[plugin]
impl Feature {
    #[post("/publish")]
    async fn publish(&self) -> Result<()> {
        self.bus.publish(Undeclared { id: 1 }).await?;
        Ok(())
    }
}
