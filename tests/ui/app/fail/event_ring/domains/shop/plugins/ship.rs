use crate::prelude::*;

#[plugin]
pub struct Ship {
    bus: Bus,
}

#[plugin]
impl Ship {
    #[on(OrderPaid)]
    async fn handle(&self, event: &OrderPaid) -> Result<()> {
        Ok(self.bus.publish(OrderPlaced { id: event.id }).await?)
    }
}
