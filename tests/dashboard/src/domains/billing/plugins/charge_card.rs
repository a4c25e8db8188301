//! An order that is placed is paid by card.
use crate::domains::shop::events::OrderPlaced;
use crate::prelude::*;

pub struct ChargeCard {
    bus: Bus,
    clock: Clock,
}

/// Charges the card of an order. Every third card is refused.
#[plugin]
impl ChargeCard {
    pub fn new(bus: Bus, clock: Clock) -> Self {
        Self { bus, clock }
    }

    #[on(OrderPlaced, retries = 2, backoff = "50ms")]
    async fn charge(&self, event: &OrderPlaced) -> Result<()> {
        if event.id % 3 == 0 {
            return Err(Error::unavailable(format!("card of order {} was refused at {}", event.id, self.clock.now())));
        }
        self.bus.publish(OrderPaid { id: event.id }).await?;
        Ok(())
    }
}
