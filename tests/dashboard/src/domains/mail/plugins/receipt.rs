//! Sends a receipt for what is paid.
use crate::domains::billing::events::OrderPaid;
use crate::prelude::*;

pub struct Receipt {
    logger: Logger,
}

/// Sends a receipt for what is paid.
#[plugin]
impl Receipt {
    pub fn new(logger: Logger) -> Self {
        Self { logger }
    }

    #[on(OrderPaid, retries = 3, backoff = "500ms")]
    async fn send(&self, event: &OrderPaid) -> Result<()> {
        self.logger.info(format_args!("receipt for order {}", event.id));
        Ok(())
    }
}
