//! Registers somebody; who tells them is none of its business.
use crate::prelude::*;

#[plugin]
pub struct Register {
    bus: Bus,
}

#[plugin]
impl Register {
    #[post("/people")]
    async fn execute(&self, email: String) -> Result<()> {
        self.bus.publish(UserRegistered { email }).await?;
        Ok(())
    }
}
