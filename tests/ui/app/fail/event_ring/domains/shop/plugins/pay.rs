use crate::prelude::*;

#[plugin]
pub struct Pay {
    bus: Bus,
}

#[plugin]
impl Pay {
    #[on(OrderPlaced)]
    async fn handle(&self, event: &OrderPlaced) -> Result<()> {
        Ok(self.bus.publish(OrderPaid { id: event.id }).await?)
    }
}
