use crate::prelude::*;

#[plugin]
pub struct A {
    bus: Bus,
}

#[plugin]
impl A {
    #[on(UserCreated)]
    async fn hear(&self, event: &UserCreated) -> Result<()> {
        let _ = event;
        Ok(self.bus.publish(Nothing).await?)
    }
}
