use crate::prelude::*;

#[plugin]
pub struct Feature {
    bus: Bus,
}

#[plugin]
impl Feature {
    #[on(UserCreated)]
    async fn hear(&self, event: &UserCreated) -> Result<()> {
        self.bus.publish(CheckEmail { mail: event.email.clone() }).await?;
        Ok(())
    }
}
